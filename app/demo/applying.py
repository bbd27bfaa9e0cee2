"""Town halls begin, fill and send in their applications, as their clerks would."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app import registers
from app.actions import applications, applications_submit
from app.actions.act import Act
from app.actions.applications import NewFile
from app.demo.answers import Subject, answers_of, budget_of, paper
from app.demo.cast import Stage as World
from app.demo.world import PlannedApplication
from app.documents.child import Renderer
from app.documents.render import print_html
from app.documents.store import Store
from app.rules.money import parse_cents
from app.rules.scheme import Scheme
from app.rules.scheme_form import DocumentOwner
from app.rules.scheme_grid import Stage
from app.rules.scheme_text import said


@dataclass(frozen=True, slots=True)
class Begun:
    """An application of the story with its rows."""

    planned: PlannedApplication
    application_id: int


class Papers:
    """The files that applicants attach: one page for each document and applicant, made once."""

    def __init__(self, store: Store, renderer: Renderer) -> None:
        self.store = store
        self.renderer = renderer
        self._kept: dict[str, NewFile] = {}

    def file(self, title: str, subject: Subject) -> NewFile:
        """Return the stored paper; the same for everybody who attaches that document."""
        if title not in self._kept:
            stored = self.store.keep(print_html(paper(title, subject), {}))
            name = "".join(c if c.isalnum() else "-" for c in title.lower())[:60].strip("-")
            self._kept[title] = NewFile(
                sha256=stored.sha256,
                size_bytes=stored.size_bytes,
                media_type="application/pdf",
                filename=f"{name}.pdf",
            )
        return self._kept[title]


def subject_of(planned: PlannedApplication, day: datetime) -> Subject:
    place = registers.local_government(planned.place)
    return Subject(
        place_key=planned.place,
        place=place.name_latn if place else planned.place,
        title=planned.title,
        requested_cents=parse_cents(planned.requested),
        day=(day - timedelta(days=400)).date(),
    )


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
    return f"{'ABCDEFGH'[call_id % 8]}{number % 10}-{7919 * (number + 1) % 9000 + 1000}"


def send_in(
    world: World,
    scheme: Scheme,
    stage: Stage,
    begun: Begun,
    entry_id: int,
    papers: Papers,
    at: datetime,
) -> None:
    """Fill every part and submit; a draft of the story has only its first part."""
    subject = subject_of(begun.planned, at)
    clerk = world.clerks[begun.planned.place]
    if begun.planned.draft:
        with world.acting(clerk, at) as act:
            key, answers = next(answers_of(stage, subject))
            applications.save_section(act, entry_id, key, answers)
        return
    with world.acting(clerk, at) as act:
        fill(act, scheme, stage, entry_id, subject, papers)
    received_at = at + timedelta(minutes=17)
    with world.acting(clerk, received_at) as act:
        applications_submit.submit(act, entry_id, received_at=received_at, submitted_by=clerk)


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
