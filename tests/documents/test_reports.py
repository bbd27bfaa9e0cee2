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
from app.i18n.extract import source_texts
from tests.documents.verapdf import failures

SAMPLES = gallery()
OURS = {"House-Sans", "House-Sans-Bold", "House-Sans-Semi-Bold", "House-Sans-Oblique", "Funding"}


@pytest.fixture
def printed(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Print each sample once a run, also when several processes share the tests."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    path = folder / f"{sample.document}-{sample.name}.pdf"
    if not path.exists():
        arriving = path.with_suffix(f".{os.getpid()}")
        arriving.write_bytes(render.pdf(sample.context()))
        arriving.replace(path)
    return path


def test_every_document_has_a_folder_with_a_sample_and_every_folder_is_a_document() -> None:
    folders = {path.parent.name for path in REPORTS.glob("*/document.html")}

    assert folders == set(DOCUMENTS)
    assert {sample.document for sample in SAMPLES} == folders


def test_translators_are_given_the_texts_of_the_house_parts_too() -> None:
    texts = {message.id for message in source_texts()}

    assert "Received, by the clock of the server" in texts
    assert "Yours faithfully," in texts


def sample_id(sample: Sample) -> str:
    return f"{sample.document}-{sample.name}"


each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=sample_id)


@each_sample
def test_text_and_pages_are_as_accepted(sample: Sample, printed: Path) -> None:
    text = text_of(printed)
    if os.environ.get("ACCEPT"):
        sample.expected.write_text(text, encoding="utf-8")

    assert text == sample.expected.read_text(encoding="utf-8")


@each_sample
def test_all_fonts_are_embedded_and_ours(sample: Sample, printed: Path) -> None:
    lines = run("pdffonts", str(printed)).splitlines()[2:]
    fonts = {line.split()[0].partition("+")[2]: line.split()[-5] for line in lines}

    assert fonts.keys() <= OURS
    assert set(fonts.values()) == {"yes"}


@each_sample
def test_is_valid_for_the_archive_and_for_screen_readers(sample: Sample, printed: Path) -> None:
    assert failures(printed, "3a") == []
    assert failures(printed, "ua1") == []


@each_sample
def test_two_renders_are_the_same_bytes(sample: Sample, printed: Path) -> None:
    assert render.pdf(sample.context()) == printed.read_bytes()


@each_sample
def test_funding_line_is_set_in_the_allowed_typeface_only_where_the_emblem_is(
    sample: Sample, printed: Path
) -> None:
    page = render.html(sample.context())
    fonts = run("pdffonts", str(printed))

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
