"""A call in assessment as web tests need it: officer, assessors, two applicants, a blind form."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import assessments, checks
from app.models import Application, Assessment, Authority, StageEntry, User
from app.rules.scheme import Scheme
from tests.make.applications import make_application, make_attachment
from tests.make.calls import MadeCall, make_call, make_scheme
from tests.make.people import act_as, make_organisation, make_user

# Nothing of this may ever stand on an assessor's page.
SECRETS = ("Opština Tajnović", "mayor@tajnovic.example", "Pera Tajni", "100000024", "Tajni trg",
           "Statut-Tajnovic.pdf", "Grow-Tajnovic.pdf")  # fmt: skip
ANSWERS = {"title": "Green yard", "idea": "Plant 40 lime trees.", "neighbours": "Tajni trg 5"}
MARKS = {"A1": "7.5", "B1": "6"}
COMMENTS = {"A": "A good idea.", "B": "They will."}


@dataclass
class World:
    call: MadeCall
    officer: User
    assessors: list[User]
    applications: list[Application] = field(default_factory=list)
    entries: list[StageEntry] = field(default_factory=list)

    @property
    def stage_id(self) -> int:
        return self.call.stage_id

    @property
    def lot_id(self) -> int:
        return self.call.lot_id


def blind_scheme(**changes) -> Scheme:
    """The small scheme with one more document, which assessors may open."""
    scheme = make_scheme()
    stage = scheme.stages[0]
    plan = replace(stage.documents[0], key="plan", title={"en": "Plan of the garden"},
                   blind_visible=True)  # fmt: skip
    more = replace(stage, documents=(*stage.documents, plan), **changes)
    return replace(scheme, stages=(more,))


def world(
    session: Session,
    *,
    applications: int = 2,
    admitted: bool = True,
    people: int = 3,
    named: bool = True,
    **changes,
) -> World:
    """A closed call with applications that were sent in, admitted by the officer or not yet."""
    call = make_call(session, scheme=blind_scheme(**changes), state="closed")
    authority = act_authority(session, call)
    made = World(
        call,
        make_user(session, roles=["officer"], authority=authority, name="Olga Officer"),
        [
            make_user(session, roles=["assessor"], authority=authority, name=f"Assessor {letter}")
            for letter in "ABCD"[:people]
        ],
    )
    for number in range(applications):
        add_application(session, made, number, named=named)
    if admitted:
        for entry in made.entries:
            admit(session, made, entry)
    session.flush()
    return made


def act_authority(session: Session, call: MadeCall):

    return session.get_one(Authority, call.authority_id)


def add_application(session: Session, made: World, number: int, *, named: bool = True) -> None:
    names = ("Opština Tajnović", "Udruženje Lipa", "Šumadija Šume", "Fourth", "Fifth")
    organisation = make_organisation(
        session,
        name=names[number],
        email="mayor@tajnovic.example" if number == 0 else "info@lipa.example",
        representative_name="Pera Tajni",
        numbers=[("PIB", "100000024")] if number == 0 and named else [],
    )
    application = make_application(
        session,
        call=made.call,
        organisation=organisation,
        answers={**ANSWERS, "title": f"Green yard {number}"},
        title=f"Green yard {number}",
        requested_cents=100_000_00 * (number + 1),
        total_cents=200_000_00 * (number + 1),
    )
    entry = session.scalars(
        select(StageEntry).where(StageEntry.application_id == application.id)
    ).one()
    make_attachment(session, entry, requirement="statutes", filename="Statut-Tajnovic.pdf")
    make_attachment(session, entry, requirement="plan", filename="Grow-Tajnovic.pdf")
    made.applications.append(application)
    made.entries.append(entry)


def admit(session: Session, made: World, entry: StageEntry) -> None:
    act = act_as(session, made.officer)
    stage = made.call.scheme.stages[0]
    checks.answer(act, entry.id, {item.key: checks.Answer("met") for item in stage.checklist})
    checks.admit(act, entry.id)


def assign(session: Session, made: World, entry: StageEntry, people: Sequence[User]) -> None:
    assessments.assign(act_as(session, made.officer), entry.id, [each.id for each in people])


def declare(session: Session, made: World, *people: User) -> None:
    for each in people:
        assessments.declare(
            act_as(session, each), stage_id=made.stage_id, lot_id=made.lot_id, has_conflict=False
        )


def assessment_of(session: Session, entry: StageEntry, person: User) -> int:
    return session.scalars(
        select(Assessment.id).where(
            Assessment.entry_id == entry.id, Assessment.assessor_id == person.id
        )
    ).one()


def mark(session: Session, made: World, entry: StageEntry, person: User, marks=MARKS) -> int:
    """Save and submit one assessment."""
    act = act_as(session, person)
    key = assessment_of(session, entry, person)
    assessments.save(act, key, marks=marks, comments=COMMENTS)
    assessments.submit(act, key)
    return key
