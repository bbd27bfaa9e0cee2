"""What is alike for every paper; each paper's own tests say what it prints."""

import pytest

from app.actions import printing
from app.jobs.handlers import HANDLERS


@pytest.mark.parametrize(
    ("reference", "filename"),
    [("GG-2027-0042", "letter-GG-2027-0042.pdf"), ("SP/1/N2", "letter-SP-1-N2.pdf")],
)
def test_file_is_named_by_the_reference_of_its_letter(reference: str, filename: str) -> None:
    waiting = printing.letter("award_letter", {"letter": {"reference": reference}})

    assert waiting.filename == filename


def test_jobs_of_old_installations_are_still_known() -> None:
    printed = {name for name in HANDLERS if name.endswith(".render")}

    assert printed == {
        "agreement_letters.render",
        "agreements.render",
        "clarifications.render",
        "handovers.render",
        "letters.render",
        "prints.render",
        "receipts.render",
        "recoveries.render",
        "reports.render",
    }
