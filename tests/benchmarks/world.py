"""What is measured on: a few applications made by the product's own deeds, copied many times.

Half of the applications stand in a call that is being assessed, half in one that is announced,
with awards and agreements; drafts to be saved and sent in come in addition.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from app import registers
from app.actions import applications, applications_submit
from app.actions.accounts_links import token_sha256
from app.actions.act import Act
from app.actions.applications import NewFile
from app.demo.answers import Subject, answers_of, budget_of
from app.demo.marks import sheet_of
from app.documents.store import Store
from app.models import (
    AgreedScore,
    Application,
    Assessment,
    Authority,
    Call,
    CheckItem,
    Declaration,
    Organisation,
    SignIn,
    Stage,
    StageEntry,
    User,
)
from app.rules.permissions import Role
from app.rules.scheme_grid import Stage as StageRules
from tests.benchmarks.scheme import STAGE, measured_scheme, twenty
from tests.make.awards import make_agreement, make_award
from tests.make.calls import MadeCall, make_call
from tests.make.people import NOW, act_as, make_authority, make_organisation, make_user

PAPER = b"%PDF-1.7\n% a paper of the benchmarks\n%%EOF\n"
REQUESTED_CENTS = 400_000_00
SENT_AT = NOW - timedelta(days=2)
TOTAL = Fraction(70)
# Words enough to fill a third of what a question allows, as people do.
SENTENCE = "The square is renewed with shade, seats and level paths for everybody who lives there. "


@dataclass(frozen=True, slots=True)
class Pattern:
    """One application in a call of its own: the rows that copies are made of."""

    call: MadeCall
    application_id: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class Patterns:
    """The three calls with their patterns, and who works on them."""

    assessed: Pattern
    announced: Pattern
    draft: Pattern
    organisation_id: int
    clerk_id: int
    assessor_ids: tuple[int, ...]
    officer_token: str


def make_patterns(session: Session, folder: Path, assessors: int) -> Patterns:
    """Make authority, staff, one organisation and its three applications; commit nothing."""
    authority = make_authority(session)
    roles = [Role.OFFICER, Role.FUND_MANAGER, Role.FINANCE]
    officer = make_user(session, roles=roles, authority=authority, email="officer@bench.example")
    clerk = make_user(session, email="clerk@bench.example")
    town = make_organisation(session, contact=clerk, register_code=_place().key)
    paper = _paper(folder)
    made = []
    for name in ("assessed", "announced", "draft"):
        call = make_call(session, scheme=measured_scheme(), authority=authority, code=name.upper())
        made.append(_apply(session, call, town, clerk, paper, send=name != "draft"))
    judges = tuple(_assessors(session, authority, made[0].call, assessors))
    _check(session, made[:2])
    _assess(session, made[:2], judges)
    _close(session, made[0], "closed", "closed", "admitted")
    _close(session, made[1], "announced", "announced", "passed")
    _award(session, made[1])
    _begin_session(session, officer.id, "officer")
    return Patterns(*made, town.id, clerk.id, judges, "officer")


def _place() -> registers.LocalGovernment:
    return next(iter(registers.local_governments()))


def _paper(folder: Path) -> NewFile:
    kept = Store(folder / "files").keep(PAPER)
    return NewFile(kept.sha256, kept.size_bytes, "application/pdf", "decision.pdf")


def _apply(
    session: Session, call: MadeCall, town: Organisation, clerk: User, paper: NewFile, *, send: bool
) -> Pattern:
    """Begin, fill and, if told, send in an application, all by the product's deeds."""
    act = act_as(session, clerk, now=SENT_AT)
    lot = next(iter(call.lots))
    application_id = applications.begin(act, call_id=call.id, lot_code=lot, organisation_id=town.id)
    entry = session.query(StageEntry).filter_by(application_id=application_id).one()
    _fill(act, call, entry.id, paper)
    if send:
        applications_submit.submit(act, entry.id, received_at=SENT_AT)
    session.flush()
    return Pattern(call, application_id, entry.id)


def _fill(act: Act, call: MadeCall, entry_id: int, paper: NewFile) -> None:
    stage = call.scheme.stage(STAGE)
    subject = Subject(_place().key, "Ada", "Market square", REQUESTED_CENTS, SENT_AT.date())
    for key, answers in answers_of(stage, subject):
        applications.save_section(act, entry_id, key, _at_length(stage, answers))
    lines, sources = budget_of(call.scheme, subject)
    applications.save_budget(act, entry_id, twenty(lines), sources)
    for document in stage.documents:
        applications.attach(act, entry_id, document.key, paper)


def _at_length(stage: StageRules, answers: dict[str, object]) -> dict[str, object]:
    limits = {q.key: q.max_words for section in stage.form for q in section.questions}
    return {
        key: " ".join((SENTENCE * 40).split()[: limits[key] // 3]) if limits[key] else value
        for key, value in answers.items()
    }


def _assessors(session: Session, authority: Authority, call: MadeCall, count: int) -> list[int]:
    ids = []
    for number in range(count):
        person = make_user(session, roles=[Role.ASSESSOR], authority=authority)
        _begin_session(session, person.id, f"assessor-{number}")
        ids.append(person.id)
        for lot_id in call.lots.values():
            session.add(
                Declaration(
                    user_id=person.id,
                    call_id=call.id,
                    lot_id=lot_id,
                    stage_id=call.stage_id,
                    has_conflict=False,
                    declared_at=SENT_AT,
                )
            )
    session.flush()
    return ids


def _begin_session(session: Session, user_id: int, token: str) -> None:
    session.add(
        SignIn(
            token_sha256=token_sha256(token),
            user_id=user_id,
            csrf_secret="bench",
            created_at=NOW,
            seen_at=NOW,
            expires_at=NOW + timedelta(hours=12),
        )
    )
    session.flush()


def _check(session: Session, patterns: list[Pattern]) -> None:
    for pattern in patterns:
        session.add_all(
            CheckItem(entry_id=pattern.entry_id, key=each.key, result="met", checked_at=NOW)
            for each in pattern.call.scheme.stage(STAGE).checklist
        )
    session.flush()


def _assess(session: Session, patterns: list[Pattern], judges: tuple[int, ...]) -> None:
    """Give each two assessments; in the call that is being assessed the second is in work."""
    for pattern in patterns:
        sheet = sheet_of(pattern.call.scheme.stage(STAGE), TOTAL)
        in_work = pattern is patterns[0]
        for position in (1, 2):
            done = position == 1 or not in_work
            session.add(
                Assessment(
                    entry_id=pattern.entry_id,
                    assessor_id=judges[position - 1],
                    position=position,
                    state="submitted" if done else "in_progress",
                    marks=sheet.marks,
                    comments=sheet.comments,
                    total=Decimal(70),
                    assigned_at=SENT_AT,
                    saved_at=NOW,
                    submitted_at=NOW if done else None,
                )
            )
            session.flush()


def _close(session: Session, pattern: Pattern, call: str, stage: str, entry: str) -> None:
    """Bring the call, its stage and the application to a state without the deeds between."""
    ended = {"opens_at": NOW - timedelta(days=40), "closes_at": NOW - timedelta(days=1)}
    session.execute(update(Call).where(Call.id == pattern.call.id).values(state=call, **ended))
    session.execute(
        update(Stage).where(Stage.id == pattern.call.stage_id).values(state=stage, **ended)
    )
    session.execute(update(StageEntry).where(StageEntry.id == pattern.entry_id).values(state=entry))
    state = "admitted" if entry == "admitted" else "awarded"
    session.execute(
        update(Application).where(Application.id == pattern.application_id).values(state=state)
    )
    session.expire_all()


def _award(session: Session, pattern: Pattern) -> None:
    session.add(
        AgreedScore(
            entry_id=pattern.entry_id,
            number=1,
            used=["A", "B"],
            sections={},
            total=Decimal(70),
            outcome="PASSED",
            agreed_at=NOW,
        )
    )
    entry = session.get_one(StageEntry, pattern.entry_id)
    entry.score, entry.rank = Decimal(70), 1
    award = make_award(session, session.get_one(Application, pattern.application_id))
    make_agreement(session, award)
