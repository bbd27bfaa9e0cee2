"""Freed money is decided on by a second person, told by letters, and given, all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.actions import agreement_paper, aid, letters, letters_material, letters_release, notices
from app.actions.act import Act
from app.actions.agreements import agree_budget
from app.errors import Conflict, Invalid
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import (
    Agreement,
    Application,
    Award,
    Call,
    Letter,
    ReserveActivation,
    Stage,
    StageEntry,
)
from app.queries import letters_sources
from app.queries import reserve as known
from app.queries.letters_sources import AboutRun, Source
from app.queries.schemes import scheme_of
from app.rules.agreement_terms import total_at_rate
from app.rules.permissions import Permission
from app.rules.scheme import Scheme
from app.rules.scheme_letters import Outcome

Line = Mapping[str, Any]  # Any: JSON of `actions.reserve`

_CHANGED = N_(
    "{references} changed since this was proposed. Take the proposal back, then propose again: "
    "the next on the list take their place."
)


def decide(act: Act, activation_id: int, *, reason: str) -> None:
    """Make the proposal the authority's decision and write its letters; never one's own."""
    if not reason.strip():
        raise Invalid({"reason": N_("Write the reason; it is kept on file.")})
    call, activation = _loaded(act, activation_id, Permission.DECIDE)
    if activation.state != "proposed":
        raise Conflict(N_("This proposal does not wait for a decision any more."))
    applications, awards = _those(act, call, activation, Permission.DECIDE)
    _refuse_changed(activation, applications, awards, "proposed")
    scheme = scheme_of(act.session, call.id)
    new = [line["reference"] for line in activation.lines if line["is_new"]]
    if waiting := known.unchecked(act.session, scheme, new, call.id):
        raise Conflict(N_("Check these first: {references}."), references=waiting)
    _refuse_above(act, scheme, activation, applications)
    fresh = [each for each in awards.values() if each.state == "proposed"]
    if fresh:
        act.move_many(fresh, "decide", reason=reason.strip())
    activation.decided_by, activation.decided_at = act.actor.user_id, act.now
    activation.decision_reason = reason.strip()
    act.move(activation, "decide", digest=activation.digest, reason=reason.strip())
    _write_letters(act, activation, Permission.DECIDE)


def _refuse_above(
    act: Act,
    scheme: Scheme,
    activation: ReserveActivation,
    applications: Mapping[int, Application],
) -> None:
    """Aid may have been given, or a link found, since it was proposed."""
    whose = {each.reference: each.organisation_id for each in applications.values()}
    added = [(each["reference"], each["added_cents"]) for each in activation.lines]
    wanted = [(reference, whose[reference], cents) for reference, cents in added]
    if above := aid.above_of(act, scheme, activation.call_id, wanted):
        raise Conflict(aid.AWARDS_ABOVE, references=", ".join(each.id for each in above))


def write_again(act: Act, activation_id: int) -> None:
    """Write the letters anew with today's date: the days to answer begin at the announcement."""
    _, activation = _loaded(act, activation_id, Permission.PREPARE_LETTERS)
    if activation.state != "decided":
        raise Conflict(N_("Letters are written between the decision and its announcement."))
    old = _letters(act, activation, Permission.PREPARE_LETTERS)
    if old:
        act.move_many(old, "supersede", reason="written again")
    _write_letters(act, activation, Permission.PREPARE_LETTERS)


def announce(act: Act, activation_id: int) -> None:
    """Release the letters and give the money: new offers, and partial ones that are raised."""
    call, activation = _loaded(act, activation_id, Permission.ANNOUNCE)
    if activation.state != "decided":
        raise Conflict(N_("There is no decision to announce."))
    applications, awards = _those(act, call, activation, Permission.ANNOUNCE)
    _refuse_changed(activation, applications, awards, "decided")
    _refuse_above(act, scheme_of(act.session, call.id), activation, applications)
    stage = act.load(Stage, activation.stage_id, to=Permission.ANNOUNCE)
    waiting = _letters(act, activation, Permission.ANNOUNCE)
    if len(waiting) < len(activation.lines):
        raise Conflict(N_("A letter is missing. Write the letters again; nothing was announced."))
    released = letters_release.release_these(act, stage, waiting)
    for line in activation.lines:
        award = awards[line["award_id"]]
        answer_by = released.answer_by.get(line["application_id"])
        if line["is_new"]:
            _give(act, applications[line["application_id"]], award, line, answer_by)
        else:
            _raise(act, award, line, answer_by)
    activation.announced_at = act.now
    act.move(activation, "announce", letters=len(waiting))
    notices.tell(act, call, released.application_ids)


def _give(
    act: Act, application: Application, award: Award, line: Line, answer_by: date | None
) -> None:
    entry = act.load(StageEntry, line["entry_id"], to=Permission.ANNOUNCE)
    entry.outcome, entry.outcome_detail = _outcome(line).value, line["why"]
    application.outcome, application.outcome_detail = entry.outcome, line["why"]
    act.move(entry, "pass")
    act.move(application, "award")
    award.answer_by = answer_by
    act.move(award, "announce")


def _raise(act: Act, award: Award, line: Line, answer_by: date | None) -> None:
    """Raise a partial offer; whoever has not answered yet gets new days to do so."""
    award.awarded_cents = line["before_cents"] + line["added_cents"]
    award.reason = line["reason"]
    if award.state == "announced":
        award.answer_by = answer_by
    act.record(award, "raise", was_cents=line["before_cents"], now_cents=award.awarded_cents)
    drafts = act.load_many(
        Agreement,
        Agreement.award_id == award.id,
        Agreement.state == "draft",
        to=Permission.ANNOUNCE,
        within=award,
    )
    for agreement in drafts:
        agreement.grant_cents = award.awarded_cents
        agreement.total_cents = total_at_rate(award.awarded_cents, agreement.rate)
        if agreement.budget:
            agree_budget(act, agreement)
        act.record(agreement, "raise", grant_cents=agreement.grant_cents)
        agreement_paper.write(act, agreement)


def _loaded(act: Act, activation_id: int, to: Permission) -> tuple[Call, ReserveActivation]:
    """Lock the call, then the activation, under the same permission."""
    call = act.load(Call, known.call_of_activation(act.session, activation_id), to=to)
    return call, act.load(ReserveActivation, activation_id, to=to)


def _those(
    act: Act, call: Call, activation: ReserveActivation, to: Permission
) -> tuple[dict[int, Application], dict[int, Award]]:
    """Lock the applications and awards of a proposal, in this order."""
    listed = act.load_many(
        Application,
        Application.id.in_([line["application_id"] for line in activation.lines]),
        to=to,
        within=call,
    )
    awards = act.load_many(
        Award,
        Award.id.in_([line["award_id"] for line in activation.lines]),
        to=to,
        within=call,
    )
    return {each.id: each for each in listed}, {each.id: each for each in awards}


def _refuse_changed(
    activation: ReserveActivation,
    applications: Mapping[int, Application],
    awards: Mapping[int, Award],
    state: str,
) -> None:
    """Whoever withdrew, declined or signed meanwhile is no longer who was proposed."""
    changed = [
        line["reference"]
        for line in activation.lines
        if not _stands(line, applications[line["application_id"]], awards[line["award_id"]], state)
    ]
    if changed:
        raise Conflict(_CHANGED, references=", ".join(sorted(changed)))


def _stands(line: Line, application: Application, award: Award, state: str) -> bool:
    if line["is_new"]:
        return application.state == "reserve" and award.state == state
    same_sum = award.awarded_cents == line["before_cents"]
    return award.state in known.RAISABLE and same_sum


def _letters(act: Act, activation: ReserveActivation, to: Permission) -> Sequence[Letter]:
    return act.load_many(
        Letter,
        Letter.activation_id == activation.id,
        Letter.released_at.is_(None),
        Letter.state != "superseded",
        to=to,
        within=activation,
    )


def _write_letters(act: Act, activation: ReserveActivation, to: Permission) -> None:
    stage = act.load(Stage, activation.stage_id, to=to)
    material = letters_material.gather(
        act.session,
        call_id=stage.call_id,
        stage_id=stage.id,
        stage_key=stage.key,
        dated_on=act.now.astimezone(ZONE).date(),
    )
    about = AboutRun("activation", {}, activation.decided_at)
    lines = {line["application_id"]: line for line in activation.lines}
    sources = letters_sources.of_applications(act.session, stage.id, sorted(lines))
    written = [_source(each, lines[each.application_id]) for each in sources]
    material = replace(material, run=about)
    letters.write(act, stage, material, written, to=to, activation_id=activation.id)


def _source(source: Source, line: Line) -> Source:
    return replace(
        source,
        outcome=_outcome(line).value,
        outcome_detail=line["why"],
        awarded_cents=line["before_cents"] + line["added_cents"],
    )


def _outcome(line: Line) -> Outcome:
    """What the letter tells: a partial offer, one from the reserve list, one made whole."""
    if line["reason"] == Outcome.AWARDED_PARTIAL:
        return Outcome.AWARDED_PARTIAL
    return Outcome.RESERVE_ACTIVATED if line["is_new"] else Outcome.AWARDED_FULL
