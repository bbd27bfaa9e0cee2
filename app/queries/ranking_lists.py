"""What the committee's list of one stage holds: lines by lot, the run, equals, what is left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from app.queries.ranking import OpenCheck
from app.rules.aid_ceiling import ABOVE
from app.rules.messages import Message
from app.rules.permissions import Facts
from app.rules.scheme import Scheme

_NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class Opinion:
    """One assessor's total, None until everybody has submitted."""

    assessor: str
    state: str
    total: Decimal | None

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.assessor.split())


@dataclass(frozen=True, slots=True)
class Line:
    entry_id: int
    application_id: int
    reference: str
    title: str
    organisation_id: int
    organisation: str
    region: str
    application_state: str
    entry_state: str
    requested_cents: int
    opinions: tuple[Opinion, ...]
    total: Decimal | None
    sections: Mapping[str, str]
    cut: str
    needs_committee: bool
    rank: str
    awarded_cents: int | None
    left_cents: int | None
    outcome: str
    why: Message | None


@dataclass(frozen=True, slots=True)
class LotList:
    """One lot's list; the cut line stands after `cut_after` lines, None before a run."""

    code: str
    title: str
    envelope_cents: int
    transferred_cents: int
    awarded_cents: int
    lines: tuple[Line, ...]
    cut_after: int | None

    @property
    def cut_left_cents(self) -> int:
        """What was left when the run came to the cut, whatever has been answered since."""
        if not self.cut_after:
            return self.available_cents
        left_cents = self.lines[self.cut_after - 1].left_cents
        return self.left_cents if left_cents is None else left_cents

    @property
    def available_cents(self) -> int:
        return self.envelope_cents + self.transferred_cents

    @property
    def left_cents(self) -> int:
        return self.available_cents - self.awarded_cents


@dataclass(frozen=True, slots=True)
class Run:
    id: int
    kind: str
    digest: str
    run_at: datetime
    run_by: str
    run_by_id: int | None
    decided_at: datetime | None
    decided_by: str | None
    decision_reason: str


@dataclass(frozen=True, slots=True)
class Tie:
    """Equals of one lot that share a rank."""

    lot: str
    rank: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StageRanking:
    call_id: int
    call_code: str
    call_title: str
    call_state: str
    currency: str
    stage_id: int
    stage_key: str
    stage_title: str
    stage_state: str
    next_stage_key: str
    next_stage_title: str
    next_is_interview: bool
    # Why no competition was held, "" where one was; what the decision has to stand on.
    legal_ground: str
    is_last: bool
    facts: Facts
    envelope_cents: int
    awarded_cents: int
    section_titles: tuple[tuple[str, str], ...]
    lots: tuple[LotList, ...]
    ties: tuple[Tie, ...]
    run: Run | None
    scheme: Scheme
    # What has to be checked before the proposed awards can be decided on.
    open_checks: tuple[OpenCheck, ...] = ()
    # The most points of the whole grid, with those that are kept.
    maximum: Fraction = _NONE
    # Sections whose points are kept from an earlier stage: title, most points, title of the stage.
    kept: tuple[tuple[str, Fraction, str], ...] = ()

    @property
    def marked_maximum(self) -> Fraction:
        """The most points that an assessor gives in this stage."""
        return self.maximum - sum((most for _, most, _ in self.kept), _NONE)

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for lot in self.lots for line in lot.lines)

    @property
    def over_aid(self) -> tuple[Line, ...]:
        """Who would have got an award and is left out, since it passed the ceiling of aid."""
        return tuple(line for line in self.lines if line.why and line.why.code == ABOVE)

    @property
    def agreed_count(self) -> int:
        return sum(line.total is not None for line in self.lines)

    @property
    def is_complete(self) -> bool:
        """Somebody was sent in, and nobody waits for a check or an agreed score."""
        waiting = ("submitted", "admitted")
        return bool(self.lines) and all(line.entry_state not in waiting for line in self.lines)

    @property
    def ready_count(self) -> int:
        """Entries whose assessments are all in, without an agreed score."""
        return sum(
            line.total is None
            and len(line.opinions) > 1
            and all(each.state == "submitted" for each in line.opinions)
            for line in self.lines
        )
