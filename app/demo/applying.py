"""Town halls begin, fill and send in their applications, as their clerks would."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app import registers
from app.actions import applications, applications_again, applications_submit, drafts
from app.actions.act import Act
from app.demo.answers import Subject, answers_of, budget_of
from app.demo.cast import Stage as World
from app.demo.papers import Papers
from app.demo.starting import Playing
from app.demo.world import PlannedApplication
from app.queries import demo as rows
from app.rules.money import parse_cents
from app.rules.scheme import Scheme
from app.rules.scheme_form import DocumentOwner
from app.rules.scheme_grid import Stage
from app.rules.scheme_text import said

_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Begun:
    """An application of the story with its rows."""

    planned: PlannedApplication
    application_id: int


def subject_of(planned: PlannedApplication, day: datetime) -> Subject:
    place = registers.local_government(planned.place)
    return Subject(
        place_key=planned.place,
        place=place.name_latn if place else planned.place,
        title=planned.title,
        requested_cents=parse_cents(planned.requested),
        day=(day - timedelta(days=400)).date(),
        costs_cents=parse_cents(planned.total) if planned.total else 0,
        months=planned.months,
    )


def apply(play: Playing) -> list[Begun]:
    """Town halls begin during the first days and send in towards the end, as they do."""
    planned, world = play.planned, play.world
    begun = [
        begin(world, play.call_id, each, world.at(planned.opens + 2, 9, number), number)
        for number, each in enumerate(planned.applications)
    ]
    stopped = planned.stopped.on if planned.stopped else 0
    last = min(planned.closes, stopped, 0) - 1
    for number, each in enumerate(begun):
        day = last - number % 3 if each.planned.sent is None else each.planned.sent
        at = world.at(day, 11 + number % 5, number)
        send_in(play, play.scheme.stages[0], each, at)
    return begun


def begin(
    world: World, call_id: int, planned: PlannedApplication, at: datetime, number: int
) -> Begun:
    """Begin one application; the blind code is the story's, so that the world repeats itself."""
    with world.acting(world.clerks[planned.place], at) as act:
        application_id = applications.begin(
            act,
            call_id=call_id,
            lot_code=planned.lot,
            organisation_id=world.towns[planned.place],
            blind_code=_blind_code(call_id, number),
        )
    return Begun(planned, application_id)


def _blind_code(call_id: int, number: int) -> str:
    """Return a code that tells nothing and is the same in every demo world."""
    return f"{_SIGNS[call_id % len(_SIGNS)]}{number % 10}-{7919 * (number + 1) % 9000 + 1000}"


def send_in(play: Playing, stage: Stage, begun: Begun, at: datetime) -> None:
    """Fill and submit, or leave it where the story says."""
    with play.world.acting(None, at) as act:
        entry_id = rows.entry_id(act.session, begun.application_id, play.stage_ids[stage.key])
    one = _Sending(play, stage, begun, entry_id)
    _WAYS.get(begun.planned.far, _Sending.submitted)(one, at)


@dataclass(frozen=True, slots=True)
class _Sending:
    """One application at one stage, on its way into the authority."""

    play: Playing
    stage: Stage
    begun: Begun
    entry_id: int

    @property
    def clerk(self) -> int:
        return self.play.world.clerks[self.begun.planned.place]

    def begun_only(self, at: datetime) -> None:
        with self.play.world.acting(self.clerk, at) as act:
            key, answers = next(answers_of(self.stage, subject_of(self.begun.planned, at)))
            applications.save_section(act, self.entry_id, key, answers)

    def shared(self, at: datetime) -> None:
        self.begun_only(at)
        with self.play.world.acting(self.clerk, at + timedelta(minutes=5)) as act:
            drafts.share(act, self.begun.application_id)

    def filled(self, at: datetime) -> None:
        planned, play = self.begun.planned, self.play
        if planned.first:
            total, requested = planned.first
            planned = replace(planned, total=total, requested=requested)
        with play.world.acting(self.clerk, at) as act:
            fill(act, play.scheme, self.stage, self.entry_id, subject_of(planned, at), play.papers)

    def submitted(self, at: datetime) -> None:
        self.filled(at)
        self._submit(at + timedelta(minutes=17))
        if self.begun.planned.first:
            self._take_back(at + timedelta(hours=2))
            corrected_at = at + timedelta(hours=3)
            with self.play.world.acting(self.clerk, corrected_at) as act:
                subject = subject_of(self.begun.planned, corrected_at)
                lines, sources = budget_of(self.play.scheme, subject)
                applications.save_budget(act, self.entry_id, lines, sources)
            self._submit(corrected_at + timedelta(minutes=5))

    def taken_back(self, at: datetime) -> None:
        self.submitted(at)
        self._take_back(at + timedelta(hours=3))

    def withdrawn(self, at: datetime) -> None:
        self.submitted(at)
        with self.play.world.acting(self.clerk, at + timedelta(hours=3)) as act:
            applications.withdraw(act, self.begun.application_id, reason=self.begun.planned.text)

    def _submit(self, at: datetime) -> None:
        with self.play.world.acting(self.clerk, at) as act:
            applications_submit.submit(act, self.entry_id, received_at=at, submitted_by=self.clerk)

    def _take_back(self, at: datetime) -> None:
        with self.play.world.acting(self.clerk, at) as act:
            stands = rows.submission_of(act.session, self.entry_id)
            applications_again.take_back(act, self.entry_id, submission_id=stands, received_at=at)


_WAYS: dict[str, Callable[[_Sending, datetime], None]] = {
    "begun": _Sending.begun_only,
    "shared": _Sending.shared,
    "ready": _Sending.filled,
    "taken_back": _Sending.taken_back,
    "withdrawn": _Sending.withdrawn,
}


def fill(
    act: Act, scheme: Scheme, stage: Stage, entry_id: int, subject: Subject, papers: Papers
) -> None:
    for key, answers in answers_of(stage, subject):
        applications.save_section(act, entry_id, key, answers)
    if stage.with_budget:
        lines, sources = budget_of(scheme, subject)
        applications.save_budget(act, entry_id, lines, sources)
    for document in stage.documents:
        if not document.required:
            continue
        title = said(document.title, scheme.languages[0])
        # One paper for the lead, or one for each of the three applicants.
        names = (
            [title] if document.who is DocumentOwner.LEAD else [f"{title} {n}" for n in (1, 2, 3)]
        )
        for name in names:
            applications.attach(act, entry_id, document.key, papers.file(name, subject))
