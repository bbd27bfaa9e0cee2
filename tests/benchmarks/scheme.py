"""The rules of the measured calls: one stage of 30 questions, 5 documents and a real grid."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from app.actions.applications import NewLine
from app.rules.scheme import Scheme
from app.rules.scheme_form import DocumentOwner, FormSection
from tests.make.calls import make_scheme

STAGE = "full_application"
QUESTIONS, DOCUMENTS, LINES = 30, 5, 20
# Nobody is turned away for money here: what is measured is work, not decisions.
LOT_CENTS = 10**13


def measured_scheme() -> Scheme:
    """Return a scheme of the library as one stage, filled up to the numbers above."""
    scheme = make_scheme("eu_integra_sctm")
    first, full = scheme.stages[0], scheme.stage(STAGE)
    form = (*full.form, *_more(first.form, QUESTIONS - sum(len(s.questions) for s in full.form)))
    papers = [each for each in full.documents if each.who is DocumentOwner.LEAD][:DOCUMENTS]
    assert full.grid is not None
    # Nothing is carried over from a stage that is not there.
    own = tuple(section for section in full.grid.sections if section.carry_over is None)
    stage = replace(
        full,
        form=form,
        documents=tuple(replace(each, required=True) for each in papers),
        grid=replace(full.grid, sections=own),
    )
    return replace(
        scheme,
        stages=(stage,),
        lots=tuple(replace(lot, envelope_cents=LOT_CENTS) for lot in scheme.lots),
        envelope_cents=LOT_CENTS * len(scheme.lots),
    )


def _more(sections: tuple[FormSection, ...], wanted: int) -> Iterator[FormSection]:
    """Take whole sections that carry no fact and clash with no name, then a part of one."""
    for section in sections:
        plain = tuple(each for each in section.questions if not each.fact)
        taken = plain[:wanted]
        if taken:
            wanted -= len(taken)
            yield replace(section, key=f"more_{section.key}", questions=taken)


def twenty(lines: list[NewLine]) -> list[NewLine]:
    """Divide the longest-lasting lines until there are twenty; the sum stays the same."""
    found = list(lines)
    while len(found) < LINES:
        big = max(found, key=lambda line: line.unit_value_cents)
        place = found.index(big)
        half = big.unit_value_cents // 2
        rest = big.unit_value_cents - half
        found[place : place + 1] = [
            replace(big, unit_value_cents=half, units=Decimal(1)),
            replace(big, unit_value_cents=rest, units=Decimal(1)),
        ]
    return found
