import hashlib
import json
import math
import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from lxml import html as lxml_html
from PIL import Image

from app.documents import Sample, gallery, render
from app.documents import contexts as c
from app.documents.contexts import AwardLetter, Emblem, Logo
from app.documents.render import RenderError
from tests.documents.test_reports import run
from tests.documents.verapdf import failures


def award() -> AwardLetter:
    context = next(each for each in gallery() if each.document == "award_letter").context()
    assert isinstance(context, AwardLetter)
    return context


def with_logo(context: AwardLetter, picture: bytes, media_type: str) -> AwardLetter:
    sha256 = hashlib.sha256(picture).hexdigest()
    logo = Logo(sha256=sha256, media_type=media_type, alt="Sign of the authority")
    authority = replace(context.letter.authority, logo=logo)
    return replace(context, letter=replace(context.letter, authority=authority))


def png_with_alpha() -> bytes:
    target = BytesIO()
    Image.new("RGBA", (120, 60), (18, 52, 77, 128)).save(target, "PNG")
    return target.getvalue()


SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10" width="20" height="10">'
    b'<rect width="20" height="10" fill="#12344d"/></svg>'
)


@pytest.mark.parametrize(
    ("picture", "media_type"), [(png_with_alpha(), "image/png"), (SVG, "image/svg+xml")]
)
def test_letter_with_a_logo_is_valid_too(picture: bytes, media_type: str, tmp_path: Path) -> None:
    context = with_logo(award(), picture, media_type)
    path = tmp_path / "logo.pdf"

    path.write_bytes(render.pdf(context, {hashlib.sha256(picture).hexdigest(): picture}))

    assert failures(path, "3a") == []
    assert failures(path, "ua1") == []


def test_missing_picture_is_an_error() -> None:
    with pytest.raises(RenderError, match="There is no picture"):
        render.pdf(with_logo(award(), SVG, "image/svg+xml"))


def test_picture_that_is_not_what_its_hash_says_is_an_error() -> None:
    context = with_logo(award(), SVG, "image/svg+xml")

    with pytest.raises(RenderError, match="is not what its name says"):
        render.pdf(context, {hashlib.sha256(SVG).hexdigest(): SVG + b" "})


@pytest.mark.parametrize("address", ["http://127.0.0.1/x.png", "file:///etc/passwd"])
def test_nothing_is_fetched_from_elsewhere(address: str) -> None:
    page = f'<html lang="en"><title>x</title><img src="{address}" alt="x">'

    with pytest.raises(RenderError, match="Nothing is fetched from"):
        render.print_html(page, {})


def test_style_that_the_engine_does_not_know_is_an_error() -> None:
    page = '<html lang="en"><title>x</title><p style="float: sideways">x</p>'

    with pytest.raises(RenderError, match="sideways"):
        render.print_html(page, {})


def test_a_name_the_context_does_not_have_is_an_error() -> None:
    template = render._environment("Europe/Belgrade").from_string("{{ document.amount }}")

    with pytest.raises(UndefinedError):
        template.render(document=award())


def test_text_from_people_is_escaped() -> None:
    context = award()
    matter = replace(context.letter.matter, action_title='<b>"A" & B</b>')

    page = render.html(replace(context, letter=replace(context.letter, matter=matter)))

    assert "&lt;b&gt;&#34;A&#34; &amp; B&lt;/b&gt;" in page
    assert "<b>" not in page


def test_emblem_is_printed_for_the_eu_alone() -> None:
    context = award()
    visibility = replace(context.letter.visibility, emblem=Emblem.NONE, statement="Paid by us")

    page = render.html(replace(context, letter=replace(context.letter, visibility=visibility)))

    assert '<svg class="emblem"' in render.html(context)
    assert '<svg class="emblem"' not in page
    assert "#003399" not in page


def stars() -> list[list[tuple[float, float]]]:
    drawn = (render.HOUSE / "eu_emblem.html").read_text(encoding="utf-8")
    return [
        [tuple(map(float, point.split(","))) for point in points.split()]  # type: ignore[misc]
        for points in re.findall(r'<polygon points="([^"]+)"', drawn)
    ]


def test_emblem_has_twelve_upright_stars_on_a_circle_of_a_third_of_the_height() -> None:
    height, middle = 540, (405, 270)
    found = set()
    for points in stars():
        tips = points[::2]
        centre = (sum(x for x, _ in tips) / 5, sum(y for _, y in tips) / 5)
        assert [round(math.dist(centre, tip), 2) for tip in tips] == [height / 18] * 5
        assert tips[0] == (pytest.approx(centre[0], abs=0.01), min(y for _, y in tips))
        assert math.dist(centre, middle) == pytest.approx(height / 3, abs=0.01)
        angle = math.degrees(math.atan2(centre[0] - middle[0], middle[1] - centre[1]))
        found.add(round(angle) % 360)

    assert found == set(range(0, 360, 30))


def test_emblem_is_at_least_a_centimetre_high() -> None:
    style = (render.HOUSE / "page.css").read_text(encoding="utf-8")
    height = re.search(r"\.foot \.emblem \{[^}]*height: (\d+)mm; width: (\d+)mm", style)

    assert height
    assert (int(height[1]) >= 10, int(height[2]) / int(height[1])) == (True, 1.5)


WORD = re.compile(r"[^\W\d_]{2,}")
# Printed by the date and size formats, not by gettext.
MONTHS = {f"{date(2026, month, 1):%B}" for month in range(1, 13)}
FORMATS = MONTHS | {"CET", "CEST", "kB", "MB", "Europe", "Belgrade"}


@pytest.mark.parametrize("sample", gallery(), ids=lambda each: f"{each.document}-{each.name}")
def test_every_word_comes_from_gettext_or_from_the_context(sample: Sample) -> None:
    values = c.to_json(sample.context())
    head = values.get("letter") or values["paper"]
    assert isinstance(head, dict)
    head["language"] = "en_XA"

    page = render.html(c.from_json(sample.document, values))

    left = re.sub(r"⟦[^⟦⟧]*⟧", " ", " ".join(visible_text(page)))
    # A line break is written as \\n there, which would stick to the word after it.
    data = json.dumps(values, ensure_ascii=False).replace("\\n", " ")
    known = set(WORD.findall(data)) | FORMATS
    assert set(WORD.findall(left)) - known == set()


def visible_text(page: str) -> list[str]:
    tree = lxml_html.document_fromstring(page)
    for style in tree.xpath("//style | //head/title"):
        style.drop_tree()
    return [str(text) for text in tree.xpath("//text()")]


def test_comment_longer_than_a_page_is_printed_whole(tmp_path: Path) -> None:
    context = award()
    first, *others = context.scores.sections
    long = replace(first, comment="Nothing is lost. " * 400 + "The very end.")
    scores = replace(context.scores, sections=(long, *others))
    path = tmp_path / "long.pdf"

    path.write_bytes(render.pdf(replace(context, scores=scores)))

    words = run("pdftotext", "-layout", str(path), "-")
    assert (words.count("lost"), words.count("very end")) == (400, 1)
    boxes = re.findall(r'yMax="([\d.]+)"', run("pdftotext", "-bbox", str(path), "-"))
    assert max(map(float, boxes)) < 842
