"""The blind file as one PDF: what an assessor may read of an application, and no more."""

from app.actions import applications_print, printing
from app.actions.act import Act
from app.documents import contexts as c
from app.models import ApplicationPrint, Assessment
from app.queries import applications_prints, assessing, blind
from app.queries.schemes import scheme_of
from app.rules.permissions import Permission
from app.rules.scheme_json import digest

TO = Permission.ASSESS
DOCUMENT = "blind_application_form"


def ask(act: Act, assessment_id: int) -> int:
    """Have the application behind one's own assessment printed blind; return the print's id.

    The contents come from the blind query, whose type has no field for a name. The same
    contents asked for twice, by whoever assesses it, are one print.
    """
    assessment = act.load(Assessment, assessment_id, to=TO)
    found = blind.blind_application(act.session, act.actor, assessment_id)
    place = assessing.place_of(act.session, assessment.entry_id)
    scheme = scheme_of(act.session, place.call_id)
    paper = applications_print.blind_form(
        act, found, call_id=place.call_id, scheme=scheme, stage_key=place.stage_key
    )
    context = c.to_json(paper)
    there = applications_prints.same(act.session, assessment.entry_id, DOCUMENT, digest(context))
    if there is not None:
        _again_if_failed(act, assessment, there)
        return there
    wanted = act.create(
        ApplicationPrint(
            entry_id=assessment.entry_id,
            document=DOCUMENT,
            digest=digest(context),
            context=context,
            asked_at=act.now,
            asked_by=act.actor.user_id,
        ),
        to=TO,
        within=assessment,
    )
    act.record(assessment, "print_application")
    act.enqueue(applications_print.TASK, print_id=wanted.id)
    return wanted.id


def _again_if_failed(act: Act, assessment: Assessment, print_id: int) -> None:
    """Have what failed printed once more; held by the assessment, as its print names nobody."""
    (before,) = act.load_many(
        ApplicationPrint, ApplicationPrint.id == print_id, to=TO, within=assessment
    )
    if before.file_id is None and before.failure:
        printing.ask_again(act, before, applications_print.PAPER)
