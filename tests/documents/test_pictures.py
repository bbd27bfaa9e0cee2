"""Pictures of the letterhead: PNG or JPEG become one plain PNG, the rest is refused."""

import hashlib
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from app.documents import pictures, render
from app.documents.contexts import Logo
from app.documents.samples import gallery
from tests.documents.verapdf import failures


def picture(kind: str, size: tuple[int, int] = (300, 100), mode: str = "RGB") -> bytes:
    target = BytesIO()
    Image.new(mode, size, (200, 30, 30, 0) if mode == "RGBA" else (200, 30, 30)).save(target, kind)
    return target.getvalue()


def blank(kind: str, size: tuple[int, int]) -> bytes:
    target = BytesIO()
    Image.new("1", size).save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("JPEG", "RGB")])
def test_picture_becomes_a_png_without_transparency(kind, mode) -> None:
    made = pictures.letterhead_picture(picture(kind, mode=mode))

    with Image.open(BytesIO(made)) as kept:
        assert (kept.format, kept.mode, kept.size) == ("PNG", "RGB", (300, 100))


def test_large_picture_is_drawn_as_large_as_print_needs() -> None:
    made = pictures.letterhead_picture(picture("JPEG", (3000, 1000)))

    with Image.open(BytesIO(made)) as kept:
        assert kept.size == (1000, 333)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "unreadable"),
        (b"", "unreadable"),
        (picture("JPEG")[:200], "unreadable"),
        (picture("PNG", (9, 90)), "too_small"),
        (blank("PNG", (6000, 5000)), "too_many_pixels"),
    ],
    ids=["script", "nothing", "cut off", "tiny", "unfolds into gigabytes"],
)
def test_what_cannot_be_printed_is_refused(data, code) -> None:
    assert pictures.letterhead_picture(data).code == f"pictures.{code}"


def test_letter_with_the_picture_of_the_authority_stays_valid(tmp_path) -> None:
    made = pictures.letterhead_picture(picture("PNG", (600, 200), "RGBA"))
    letter = next(each for each in gallery() if each.document == "award_letter").context()
    with_logo, sha256 = with_picture(letter, made)

    path = tmp_path / "letter.pdf"
    path.write_bytes(render.pdf(with_logo, {sha256: made}))

    assert failures(path, "3a") == []


def with_picture(context, data: bytes):
    """Return the context with the picture on its letterhead, and its hash."""
    sha256 = hashlib.sha256(data).hexdigest()
    logo = Logo(sha256=sha256, media_type=pictures.MEDIA_TYPE, alt="A logo")
    authority = replace(context.letter.authority, logo=logo)
    return replace(context, letter=replace(context.letter, authority=authority)), sha256
