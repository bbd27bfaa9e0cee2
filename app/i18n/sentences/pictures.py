"""Why a picture cannot stand on the letterhead."""

from app.i18n.marks import N_

SENTENCES = {
    "pictures.too_many_pixels": N_(
        "The picture has more than {most} million pixels. Save it smaller and try again."
    ),
    "pictures.too_small": N_(
        "The picture is smaller than {least} pixels and would not be seen. Take a larger one."
    ),
    "pictures.unreadable": N_(
        "The picture cannot be read. Save it as PNG or JPEG once more and try again."
    ),
}
