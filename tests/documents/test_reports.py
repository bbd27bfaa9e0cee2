"""A folder in reports/ is its own test: each sample is printed and looked at.

After a wanted change: `ACCEPT=1 .venv/bin/pytest tests/documents/test_reports.py`, then
look at the pages and at the difference.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

from app.documents import gallery, render
from app.documents.contexts import DOCUMENTS
from app.documents.samples import REPORTS, Sample
from tests.documents.verapdf import failures

SAMPLES = gallery()
OURS = {"House-Sans", "House-Sans-Bold", "House-Sans-Semi-Bold", "House-Sans-Oblique", "Funding"}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[Sample, Path]:
    folder = tmp_path_factory.mktemp("printed")
    paths = {sample: folder / f"{sample.document}-{sample.name}.pdf" for sample in SAMPLES}
    for sample, path in paths.items():
        path.write_bytes(render.pdf(sample.context()))
    return paths


def test_every_document_has_a_folder_with_a_sample_and_every_folder_is_a_document() -> None:
    folders = {path.parent.name for path in REPORTS.glob("*/document.html")}

    assert folders == set(DOCUMENTS)
    assert {sample.document for sample in SAMPLES} == folders


def sample_id(sample: Sample) -> str:
    return f"{sample.document}-{sample.name}"


each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=sample_id)


@each_sample
def test_text_and_pages_are_as_accepted(sample: Sample, printed: dict[Sample, Path]) -> None:
    text = text_of(printed[sample])
    if os.environ.get("ACCEPT"):
        sample.expected.write_text(text, encoding="utf-8")

    assert text == sample.expected.read_text(encoding="utf-8")


@each_sample
def test_all_fonts_are_embedded_and_ours(sample: Sample, printed: dict[Sample, Path]) -> None:
    lines = run("pdffonts", str(printed[sample])).splitlines()[2:]
    fonts = {line.split()[0].partition("+")[2]: line.split()[-5] for line in lines}

    assert fonts.keys() <= OURS
    assert set(fonts.values()) == {"yes"}


@each_sample
def test_is_valid_for_the_archive_and_for_screen_readers(
    sample: Sample, printed: dict[Sample, Path]
) -> None:
    assert failures(printed[sample], "3a") == []
    assert failures(printed[sample], "ua1") == []


@each_sample
def test_two_renders_are_the_same_bytes(sample: Sample, printed: dict[Sample, Path]) -> None:
    assert render.pdf(sample.context()) == printed[sample].read_bytes()


@each_sample
def test_funding_line_is_set_in_the_allowed_typeface_only_where_the_emblem_is(
    sample: Sample, printed: dict[Sample, Path]
) -> None:
    page = render.html(sample.context())
    fonts = run("pdffonts", str(printed[sample]))

    assert ('class="emblem"' in page) == ("+Funding" in fonts)


def text_of(pdf: Path) -> str:
    """Return the text in its layout, spaces folded, with a line that counts the pages."""
    pages = run("pdftotext", "-layout", str(pdf), "-").removesuffix("\f").split("\f")
    lines = []
    for number, page in enumerate(pages, start=1):
        lines.append(f"=== page {number} of {len(pages)}")
        folded = (re.sub(r"[ \u00a0]+", " ", line).strip() for line in page.splitlines())
        lines.extend(line for line in folded if line)
    return "\n".join(lines) + "\n"


def run(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    return done.stdout
