"""The judge itself is judged, or a jar that says yes to everything would pass unseen."""

from pathlib import Path

import pytest
import weasyprint

from tests.documents.verapdf import failures

PLAIN = "<html><title>Plain</title><p>Neither tagged nor archived."


def test_plain_file_fails_both_standards(tmp_path: Path) -> None:
    path = tmp_path / "plain.pdf"
    path.write_bytes(weasyprint.HTML(string=PLAIN).write_pdf())

    assert len(failures(path, "3a")) > 0
    assert len(failures(path, "ua1")) > 0


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_archive_variant_alone_does_not_claim_to_be_accessible(tmp_path: Path) -> None:
    path = tmp_path / "archive.pdf"
    page = PLAIN.replace("<html>", "<html lang=en>")
    path.write_bytes(weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/a-3a"))

    assert failures(path, "3a") == []
    assert ["clause=5, testNumber=1" in rule for rule in failures(path, "ua1")] == [True]
