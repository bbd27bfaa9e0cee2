"""A picture for the letterhead: whatever was uploaded becomes one plain PNG, or is refused.

Letters are PDF/A, where transparency and colour profiles are a source of trouble, and a
picture may carry more than one sees (places, thumbnails, scripts in an SVG). So the pixels are
drawn anew on white, at most as large as print needs, and nothing else of the file is kept.
"""

from io import BytesIO

from PIL import Image, UnidentifiedImageError

from app.rules.messages import Message

MEDIA_TYPE = "image/png"
# The letterhead gives it 60 × 20 mm: 300 dots to the inch need 709 × 237.
MOST_WIDTH, MOST_HEIGHT = 1000, 400
LEAST_PIXELS = 16
# A small file can unfold into gigabytes; no logo has so many pixels.
MOST_PIXELS = 25_000_000


def letterhead_picture(data: bytes) -> bytes | Message:
    """Return the picture as PNG without transparency, or why it cannot be printed."""
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as found:
            if found.width * found.height > MOST_PIXELS:
                return Message("pictures.too_many_pixels", {"most": MOST_PIXELS // 1_000_000})
            if min(found.size) < LEAST_PIXELS:
                return Message("pictures.too_small", {"least": LEAST_PIXELS})
            return _drawn(found)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return Message("pictures.unreadable")


def _drawn(found: Image.Image) -> bytes:
    """Draw the pixels on white, smaller where they are more than print can show."""
    layered = found.convert("RGBA")
    layered.thumbnail((MOST_WIDTH, MOST_HEIGHT), Image.Resampling.LANCZOS)
    paper = Image.new("RGB", layered.size, "white")
    paper.paste(layered, mask=layered.getchannel("A"))
    target = BytesIO()
    paper.save(target, "PNG", optimize=True)
    return target.getvalue()
