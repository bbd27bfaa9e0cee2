"""Visits on the spot: recorded once, and what follows when one does not confirm the application."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.actions.act import Act
from app.errors import Conflict, Invalid, Said
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Application, SiteVisit, Stage, StageEntry
from app.queries import in_kind_facts as known
from app.queries.ranking import Candidate
from app.queries.schemes import scheme_of
from app.rules.permissions import Permission
from app.rules.scheme import Scheme
from app.rules.scheme_grid import Stage as SchemeStage
from app.rules.scheme_letters import Outcome

BEFORE = ("submitted", "admitted", "assessed")


@dataclass(frozen=True, slots=True)
class NewVisit:
    """`result` is `confirmed` or `not_confirmed`."""

    visited_on: date
    visitors: str
    findings: str
    result: str


def record(act: Act, application_id: int, visit: NewVisit) -> int:
    """Record a visit; it is never changed, a further one puts a mistake right."""
    application = act.load(Application, application_id, to=Permission.RECORD_VISIT)
    before = application.state in BEFORE
    if not before and application.state != "awarded":
        raise Conflict(N_("This application is no longer in the running, so nobody visits it."))
    _refuse_wrong(act, application, visit)
    row = SiteVisit(
        application_id=application.id,
        purpose=known.BEFORE_AWARD if before else known.AFTER_HANDOVER,
        visited_on=visit.visited_on,
        visitors=visit.visitors.strip(),
        findings=visit.findings.strip(),
        result=visit.result,
        recorded_by=act.actor.user_id,
        recorded_at=act.now,
    )
    act.create(row, to=Permission.RECORD_VISIT, within=application)
    act.record(
        application,
        "visit",
        visited_on=row.visited_on,
        visitors=row.visitors,
        findings=row.findings,
        result=row.result,
    )
    return row.id


def refuse(act: Act, application_id: int, *, key: str, reason: str) -> None:
    """Find an application ineligible whose last visit did not confirm it.

    `key` names the published condition that is not met; the letter quotes it and the reason.
    """
    application = act.load(Application, application_id, to=Permission.CHECK_APPLICATION)
    scheme = scheme_of(act.session, application.call_id)
    stage = visited_stage(scheme)
    entry_id = known.entry_at_stage(act.session, application_id, stage.key)
    entry = act.load(StageEntry, entry_id, to=Permission.CHECK_APPLICATION)
    visit = known.newest_visits(act.session, [application_id]).get(application_id)
    if visit is None or visit.result != known.NOT_CONFIRMED:
        raise Conflict(N_("The last visit does not say that something is not met."))
    _refuse_when_ranked(act, entry)
    wrong: dict[str, str | Said] = {}
    if key not in condition_keys(scheme, stage):
        wrong["key"] = N_("Choose the condition that is not met.")
    if not reason.strip():
        wrong["reason"] = N_("Write the reason as the applicant will read it.")
    if wrong:
        raise Invalid(wrong)
    detail = {"items": [{"key": key, "reason": reason.strip()}], "reason": ""}
    entry.outcome = application.outcome = Outcome.INELIGIBLE.value
    entry.outcome_detail = application.outcome_detail = detail
    act.move(entry, "find_ineligible", reason=reason.strip())
    act.move(application, "find_ineligible", reason=reason.strip())


def refuse_unvisited(session: Session, stage: SchemeStage, listed: Sequence[Candidate]) -> None:
    """Raise the Conflict that names who has to be visited before the stage is ranked."""
    if stage.site_visit is None or not stage.site_visit.required:
        return
    running = {
        each.application_id: each.reference
        for each in listed
        if each.entry_state == "assessed" and each.application_state == "assessed"
    }
    visits = known.newest_visits(session, sorted(running))
    unseen = [reference for key, reference in running.items() if key not in visits]
    doubtful = [running[key] for key, visit in visits.items() if visit.result != known.CONFIRMED]
    if unseen:
        raise Conflict(
            N_("These are not visited yet: {references}. Record the visits, then rank."),
            references=", ".join(unseen),
        )
    if doubtful:
        raise Conflict(
            N_(
                "The last visit did not confirm these: {references}. Find them ineligible, or "
                "record another visit."
            ),
            references=", ".join(doubtful),
        )


def visited_stage(scheme: Scheme) -> SchemeStage:
    """Return the stage before whose ranking applicants are visited."""
    for stage in scheme.stages:
        if stage.site_visit is not None:
            return stage
    raise Conflict(N_("Nobody is visited before the ranking in this call."))


def condition_keys(scheme: Scheme, stage: SchemeStage) -> frozenset[str]:
    return frozenset(
        [*(each.key for each in scheme.eligibility), *(each.key for each in stage.checklist)]
    )


def _refuse_when_ranked(act: Act, entry: StageEntry) -> None:
    (stage,) = act.load_many(
        Stage, Stage.id == entry.stage_id, to=Permission.CHECK_APPLICATION, within=entry
    )
    if stage.state not in ("open", "closed", "assessed"):
        raise Conflict(N_("The stage is ranked. Take the ranking back first, with a reason."))


def _refuse_wrong(act: Act, application: Application, visit: NewVisit) -> None:
    wrong: dict[str, str | Said] = {}
    first = application.submitted_at.astimezone(ZONE).date() if application.submitted_at else None
    if visit.visited_on > act.now.astimezone(ZONE).date():
        wrong["visited_on"] = N_("This day lies ahead. Enter the day of the visit.")
    elif first and visit.visited_on < first:
        wrong["visited_on"] = N_("This day is before the application was sent in.")
    if not visit.visitors.strip():
        wrong["visitors"] = N_("Enter who was there.")
    if not visit.findings.strip():
        wrong["findings"] = N_("Write what was seen.")
    if visit.result not in (known.CONFIRMED, known.NOT_CONFIRMED):
        wrong["result"] = N_("Choose whether the visit confirms the application.")
    if wrong:
        raise Invalid(wrong)
