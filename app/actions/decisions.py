"""Decide and announce: two deeds, two moments, and the first one needs a second person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.actions import aid, interviews, letters_release, notices, stages
from app.actions.act import Act
from app.actions.entries import opened
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import AllocationRun, Application, Award, Call, Stage, StageEntry
from app.queries.letters_sources import DECIDED
from app.queries.ranking import open_checks
from app.queries.schemes import scheme_of
from app.queries.stages import applications_in, call_of
from app.rules.call_clock import holds_interviews
from app.rules.money import format_cents
from app.rules.permissions import Permission
from app.rules.scheme import Scheme
from app.rules.scheme_rules import selected_stage_keys


def decide(act: Act, call_id: int, *, reason: str) -> None:
    """Make the proposed awards the authority's decision; the one who computed them may not."""
    call = act.load(Call, call_id, to=Permission.DECIDE)
    if call.state != "allocated":
        raise Conflict(N_("There is no allocation that waits for a decision."))
    scheme = scheme_of(act.session, call.id)
    stage = _last_scored(act, call, scheme)
    run = _decided_run(act, stage, reason)
    _refuse_withdrawn(act, call, stage)
    _refuse_unchecked(act, call, scheme)
    aid.refuse_awards(act, scheme, call.id)
    ground = _legal_ground(scheme, reason)
    awards = act.load_many(
        Award,
        Award.run_id == run.id,
        Award.state == "proposed",
        to=Permission.DECIDE,
        within=call,
    )
    sums = {award.id: {"awarded_cents": award.awarded_cents} for award in awards}
    act.move_many(awards, "decide", sums, reason=reason)
    act.move(stage, "decide", run=run.id, reason=reason)
    call.decided_at = act.now
    act.move(call, "decide", run=run.id, digest=run.digest, reason=reason, **ground)


def _legal_ground(scheme: Scheme, reason: str) -> dict[str, object]:
    """Without a competition the decision names the ground on which it stands, in its own words."""
    direct = scheme.call.direct
    if direct is None:
        return {}
    if not reason.strip():
        raise Invalid({"reason": N_("Write the legal ground on which you decide.")})
    return {"legal_ground": direct.ground.value}


def decide_preselection(act: Act, stage_id: int, *, reason: str) -> None:
    """Make the shortlist the authority's decision; the one who computed it may not."""
    call = act.load(Call, call_of(act.session, stage_id), to=Permission.DECIDE)
    stage = act.load(Stage, stage_id, to=Permission.DECIDE)
    if stage.state != "ranked" or call.state != "published":
        raise Conflict(N_("There is no preselection that waits for a decision."))
    run = _decided_run(act, stage, reason)
    _refuse_withdrawn_notes(act, call, stage)
    _refuse_other_money(run, scheme_of(act.session, call.id))
    act.move(stage, "decide", run=run.id, digest=run.digest, reason=reason)


def announce(act: Act, call_id: int) -> None:
    """Release all letters and tell every applicant, in one transaction or not at all."""
    call = act.load(Call, call_id, to=Permission.ANNOUNCE)
    if call.state != "decided":
        raise Conflict(N_("There is no decision to announce."))
    scheme = scheme_of(act.session, call.id)
    stage = _last_scored(act, call, scheme)
    _move_applications(act, call, stage, "proposed", "award")
    _move_applications(act, call, stage, "unsuccessful", "reject")
    _move_applications(act, call, stage, "ineligible", "reject")
    awards = act.load_many(
        Award,
        Award.call_id == call.id,
        Award.state == "decided",
        to=Permission.ANNOUNCE,
        within=call,
    )
    released = letters_release.release(act, stage)
    for award in awards:
        award.answer_by = released.answer_by[award.application_id]
    act.move_many(awards, "announce")
    told = released.application_ids
    act.move(stage, "announce", letters=len(told))
    call.announced_at = act.now
    act.move(call, "announce", letters=len(told))
    notices.tell(act, call, told)


def announce_preselection(
    act: Act, stage_id: int, *, opens_at: datetime, closes_at: datetime
) -> None:
    """Release the letters of a shortlist and open the next stage for those who passed."""
    call = act.load(Call, call_of(act.session, stage_id), to=Permission.ANNOUNCE)
    stage = act.load(Stage, stage_id, to=Permission.ANNOUNCE)
    if stage.state != "decided":
        raise Conflict(N_("There is no preselection to announce."))
    scheme = scheme_of(act.session, call.id)
    following = scheme.stage_after(stage.key)
    if following is None:
        raise Conflict(N_("No stage follows this one."))
    _move_applications(act, call, stage, "assessed", "refuse", entry_states=("failed",))
    _move_applications(act, call, stage, "unsuccessful", "reject", entry_states=("failed",))
    _move_applications(act, call, stage, "ineligible", "reject", entry_states=("failed",))
    invited = _move_applications(act, call, stage, "assessed", "invite", entry_states=("passed",))
    next_stage = _stage_of(act, call, following.key)
    begins_at = opens_at if holds_interviews(following) else None
    if begins_at:
        interviews.refuse_begun(begins_at, act.now)
    left = letters_release.release(act, stage, next_opens_at=begins_at, next_closes_at=closes_at)
    told = left.application_ids
    act.move(stage, "announce", letters=len(told), invited=len(invited))
    stages.open_stage(act, next_stage.id, opens_at=opens_at, closes_at=closes_at)
    if begins_at:
        interviews.call_in(act, stage, next_stage, following, invited)
    else:
        act.create_many(
            StageEntry,
            (opened(application.id, next_stage.id, "open") for application in invited),
            to=Permission.ANNOUNCE,
            within=call,
        )
    notices.tell(act, call, told)


def _stage_of(act: Act, call: Call, key: str) -> Stage:
    mine = (Stage.call_id == call.id, Stage.key == key)
    return act.load_many(Stage, *mine, to=Permission.ANNOUNCE, within=call)[0]


def _last_scored(act: Act, call: Call, scheme: Scheme) -> Stage:
    last = scheme.last_scored_stage()
    found = act.load_many(
        Stage,
        Stage.call_id == call.id,
        Stage.key == (last.key if last else ""),
        to=Permission.SEE_CALL,
        within=call,
    )
    return found[0]


def _decided_run(act: Act, stage: Stage, reason: str) -> AllocationRun:
    """Load the run that counts, under the four-eyes rule, and sign it."""
    keys = act.session.execute(
        select(AllocationRun.id).where(
            AllocationRun.stage_id == stage.id, AllocationRun.discarded_at.is_(None)
        )
    ).scalars()
    run = next((act.load(AllocationRun, key, to=Permission.DECIDE) for key in keys), None)
    if run is None:
        raise Conflict(N_("Nothing was computed yet, so there is nothing to decide."))
    run.decided_by, run.decided_at, run.decision_reason = act.actor.user_id, act.now, reason
    act.record(run, "decide", digest=run.digest, reason=reason)
    return run


def _refuse_withdrawn(act: Act, call: Call, stage: Stage) -> None:
    """Nobody who withdrew since the run gets money or a place on the reserve list."""
    if gone := _withdrawn(act, call, stage):
        raise Conflict(
            N_(
                "{references} withdrew after the allocation. Take the allocation back, then run "
                "it again: the next on the list take their place."
            ),
            references=gone,
        )


def _refuse_withdrawn_notes(act: Act, call: Call, stage: Stage) -> None:
    """Nobody who withdrew since the shortlist was computed keeps a place on it."""
    if gone := _withdrawn(act, call, stage):
        raise Conflict(
            N_(
                "{references} withdrew after the shortlist was computed. Take the shortlist back, "
                "then compute it again: the next on the list take their place."
            ),
            references=gone,
        )


def _refuse_other_money(run: AllocationRun, scheme: Scheme) -> None:
    """The limit of a shortlist is a share of money that a corrigendum may have changed since."""
    computed = {each["code"]: each["envelope"] for each in run.inputs["lots"]}
    if computed != {lot.code: format_cents(lot.envelope_cents) for lot in scheme.lots}:
        raise Conflict(
            N_(
                "A corrigendum changed the money after the shortlist was computed. Take the "
                "shortlist back, then compute it again."
            )
        )


def _withdrawn(act: Act, call: Call, stage: Stage) -> str:
    """Return who of those chosen withdrew.

    The applications stay locked, so that whoever withdraws or is checked from here on
    meets the decision.
    """
    chosen = applications_in(stage.id, ("passed", "reserve"))
    listed = act.load_many(
        Application,
        Application.call_id == call.id,
        Application.id.in_(chosen),
        to=Permission.DECIDE,
        within=call,
    )
    return ", ".join(sorted(each.reference for each in listed if each.state == "withdrawn"))


def _refuse_unchecked(act: Act, call: Call, scheme: Scheme) -> None:
    """Everybody proposed must have passed the check that only they have, if there is one."""
    waiting = open_checks(act.session, call.id, selected_stage_keys(scheme))
    failed = [each.reference for each in waiting if each.failed]
    if failed:
        raise Conflict(
            N_(
                "{references} did not pass the check. Take the allocation back, then run it "
                "again: the next on the list take their place."
            ),
            references=", ".join(failed),
        )
    if waiting:
        raise Conflict(
            N_("Check these first: {references}."),
            references=", ".join(each.reference for each in waiting),
        )


def _move_applications(
    act: Act,
    call: Call,
    stage: Stage,
    state: str,
    event: str,
    *,
    entry_states: Sequence[str] = DECIDED,
) -> Sequence[Application]:
    rows = act.load_many(
        Application,
        Application.call_id == call.id,
        Application.state == state,
        Application.id.in_(applications_in(stage.id, entry_states)),
        to=Permission.ANNOUNCE,
        within=call,
    )
    act.move_many(rows, event)
    return rows
