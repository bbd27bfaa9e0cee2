"""The page of free money: what is free, who waits, what is proposed, what was given before."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import (
    Agreement,
    Application,
    Award,
    Call,
    Letter,
    Lot,
    Organisation,
    ReserveActivation,
    Stage,
    StageEntry,
    User,
)
from app.queries import visible
from app.queries.reserve import (
    COUNTS,
    UNDER_WAY,
    LotMoney,
    Wait,
    lots_money,
    scored_stage,
    valid_until,
    waits,
)
from app.queries.schemes import scheme_of
from app.rules.permissions import Actor, Facts, Permission
from app.rules.scheme import Scheme
from app.rules.scheme_rules import selected_stage_keys


@dataclass(frozen=True, slots=True)
class ActivationLine:
    """What one application gets; `check` is the state of its last check, empty without one."""

    application_id: int
    reference: str
    organisation: str
    lot: str
    rank: int
    requested_cents: int
    before_cents: int
    added_cents: int
    letter_id: int | None
    letter_state: str
    check: str
    check_entry_id: int | None

    @property
    def awarded_cents(self) -> int:
        return self.before_cents + self.added_cents

    @property
    def is_new(self) -> bool:
        return self.before_cents == 0


@dataclass(frozen=True, slots=True)
class Activation:
    activation_id: int
    state: str
    proposed_by: str
    proposed_by_id: int | None
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    announced_at: datetime | None
    lines: tuple[ActivationLine, ...]
    transfers: tuple[tuple[str, int], ...]

    @property
    def added_cents(self) -> int:
        return sum(line.added_cents for line in self.lines)

    @property
    def are_letters_ready(self) -> bool:
        return all(line.letter_state in ("rendered", "signed") for line in self.lines)


@dataclass(frozen=True, slots=True)
class Freed:
    """Money of an award that others may have: `why` is `declined` or `released`.

    `agreement_id` is the agreement that has ended, is closed or of which money came back.
    """

    why: str
    application_id: int
    reference: str
    organisation: str
    lot: str
    cents: int
    agreement_id: int | None
    agreement_state: str | None


@dataclass(frozen=True, slots=True)
class ReservePage:
    """One call after its announcement: free money, who waits for it, what is proposed."""

    call_id: int
    call_code: str
    call_title: str
    call_state: str
    currency: str
    authority_id: int
    stage_id: int
    valid_until: date | None
    lots: tuple[LotMoney, ...]
    waits: tuple[Wait, ...]
    activations: tuple[Activation, ...]
    freed: tuple[Freed, ...]

    @property
    def current(self) -> Activation | None:
        return next((each for each in self.activations if each.state in UNDER_WAY), None)

    @property
    def past(self) -> tuple[Activation, ...]:
        return tuple(each for each in self.activations if each.state not in UNDER_WAY)

    @property
    def free_cents(self) -> int:
        return sum(lot.free_cents for lot in self.lots)

    @property
    def facts(self) -> Facts:
        by = self.current.proposed_by_id if self.current else None
        return Facts(
            authority_id=self.authority_id,
            call_id=self.call_id,
            prepared_by=frozenset({by} if by is not None else ()),
        )


def reserve_page(session: Session, actor: Actor, call_id: int) -> ReservePage:
    row = session.execute(
        select(
            Call.code, Call.title, Call.state, Call.currency, Call.authority_id,
            Call.reserve_valid_until,
        ).where(Call.id == call_id, visible.staff_scope(actor, Permission.SEE_ASSESSMENTS))
    ).one_or_none()  # fmt: skip
    scheme = scheme_of(session, call_id) if row is not None else None
    last = scheme.last_scored_stage() if scheme else None
    if row is None or scheme is None or last is None:
        raise NotFound
    stage_id = scored_stage(session, call_id, last.key)
    activations = _activations(session, scheme, call_id)
    return ReservePage(
        call_id=call_id,
        call_code=row.code,
        call_title=row.title,
        call_state=row.state,
        currency=row.currency,
        authority_id=row.authority_id,
        stage_id=stage_id,
        valid_until=valid_until(scheme, row.reserve_valid_until),
        lots=tuple(_with_raises(lot, activations) for lot in lots_money(session, call_id)),
        waits=waits(session, scheme, call_id, stage_id),
        activations=activations,
        freed=_freed(session, call_id),
    )


def _freed(session: Session, call_id: int) -> tuple[Freed, ...]:
    """Return where free money came from, by lot: declined awards and what agreements left."""
    is_declined = Award.state == "declined"
    rows = session.execute(
        select(
            case((is_declined, "declined"), else_="released"), Application.id,
            Application.reference, Organisation.name, Lot.code,
            case((is_declined, Award.awarded_cents), else_=Award.released_cents),
            Agreement.id, Agreement.state,
        )
        .join(Application, Application.id == Award.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Lot, Lot.id == Award.lot_id)
        .outerjoin(Agreement, Agreement.award_id == Award.id)
        .where(
            Award.call_id == call_id,
            is_declined | (Award.state.in_(COUNTS) & (Award.released_cents > 0)),
        )
        .order_by(Lot.position, Application.reference)
    )  # fmt: skip
    return tuple(Freed(*row) for row in rows)


def _with_raises(lot: LotMoney, activations: tuple[Activation, ...]) -> LotMoney:
    """Count what is proposed on top of an offer as held: the offer itself is raised later."""
    raised_cents = sum(
        line.added_cents
        for each in activations
        if each.state in UNDER_WAY
        for line in each.lines
        if line.lot == lot.code and not line.is_new
    )
    return replace(lot, awarded_cents=lot.awarded_cents + raised_cents)


def _activations(session: Session, scheme: Scheme, call_id: int) -> tuple[Activation, ...]:
    proposer, decider = aliased(User), aliased(User)
    rows = session.execute(
        select(ReserveActivation, proposer.name, decider.name)
        .outerjoin(proposer, proposer.id == ReserveActivation.proposed_by)
        .outerjoin(decider, decider.id == ReserveActivation.decided_by)
        .where(ReserveActivation.call_id == call_id)
        .order_by(ReserveActivation.id.desc())
    ).all()
    letters, checks = _letters(session, call_id), _checks(session, scheme, call_id)
    return tuple(
        Activation(
            activation_id=each.id,
            state=each.state,
            proposed_by=by or "",
            proposed_by_id=each.proposed_by,
            proposed_at=each.proposed_at,
            decided_by=decided_by or "",
            decided_at=each.decided_at,
            decision_reason=each.decision_reason,
            announced_at=each.announced_at,
            lines=tuple(
                _line(line, letters.get((each.id, line["application_id"])), checks)
                for line in each.lines
            ),
            transfers=tuple(sorted(each.transfers.items())),
        )
        for each, by, decided_by in rows
    )


def _line(
    line: dict[str, Any],  # Any: JSON of `actions.reserve`
    letter: tuple[int, str] | None,
    checks: dict[int, tuple[int, str]],
) -> ActivationLine:
    key = line["application_id"]
    entry_id, check = checks.get(key, (None, ""))
    return ActivationLine(
        application_id=key,
        reference=line["reference"],
        organisation=line["organisation"],
        lot=line["lot"],
        rank=line["rank"],
        requested_cents=line["requested_cents"],
        before_cents=line["before_cents"],
        added_cents=line["added_cents"],
        letter_id=letter[0] if letter else None,
        letter_state=letter[1] if letter else "",
        check=check,
        check_entry_id=entry_id,
    )


def _letters(session: Session, call_id: int) -> dict[tuple[int, int], tuple[int, str]]:
    rows = session.execute(
        select(Letter.activation_id, Letter.application_id, Letter.id, Letter.state)
        .where(Letter.call_id == call_id, Letter.activation_id.is_not(None))
        .order_by(Letter.id)
    )
    return {
        (activation or 0, application): (key, state) for activation, application, key, state in rows
    }


def _checks(session: Session, scheme: Scheme, call_id: int) -> dict[int, tuple[int, str]]:
    rows = session.execute(
        select(StageEntry.application_id, StageEntry.id, StageEntry.state)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .where(Stage.call_id == call_id, Stage.key.in_(selected_stage_keys(scheme)))
    )
    return {application: (key, state) for application, key, state in rows}
