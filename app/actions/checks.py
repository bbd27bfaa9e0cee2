"""The officer's check against the published list: answer, admit, or find ineligible."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.actions.act import Act
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import Application, CheckItem, Stage, StageEntry
from app.queries.checks import application_of, call_state
from app.queries.clarifications import waiting_of
from app.queries.judgements import lot_code_of, results_of
from app.queries.schemes import scheme_of
from app.rules.call_clock import Window, check_finding
from app.rules.deadlines import is_late
from app.rules.eligibility import officer_criteria
from app.rules.messages import Message
from app.rules.permissions import Permission
from app.rules.scheme_form import ChecklistItem
from app.rules.scheme_grid import Stage as SchemeStage
from app.rules.scheme_grid import StageEntrants
from app.rules.scheme_letters import Outcome
from app.rules.scheme_rules import is_last_check

TO = Permission.CHECK_APPLICATION
_OVER = frozenset({"decided", "announced", "archived", "cancelled"})
MET, NOT_MET, TO_CLARIFY = "met", "not_met", "to_clarify"
# Before the key of a criterion, so that it is told from an item of the list.
CRITERION = "criterion:"


@dataclass(frozen=True, slots=True)
class Answer:
    """`result` is met, not_met or to_clarify; all but met need their reason."""

    result: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    application: Application
    entry: StageEntry
    stage: SchemeStage
    items: Mapping[str, CheckItem]
    not_yet: Message | None


def answer(act: Act, entry_id: int, answers: Mapping[str, Answer]) -> None:
    """Keep answers to items of the list; items that are not named keep theirs.

    An item whose answer is the one that stands already keeps who gave it, and when.
    """
    checked = loaded(act, entry_id)
    refuse_closed(checked)
    _refuse_wrong(checked.stage, answers)
    changed = {key: given for key, given in answers.items() if _differs(checked, key, given)}
    for key, given in changed.items():
        item = checked.items.get(key)
        if item is None:
            item = CheckItem(entry_id=entry_id, key=key, result=given.result, checked_at=act.now)
            _fill(act, item, given)
            act.create(item, to=TO, within=checked.entry)
        else:
            _fill(act, item, given)
    act.session.flush()
    if changed:
        written = {key: f"{given.result}: {given.reason}" for key, given in changed.items()}
        act.record(checked.entry, "check", answers=written)


def admit(act: Act, entry_id: int) -> None:
    """Admit the entry to assessment, or in the last check to the award; all items must be met."""
    checked = loaded(act, entry_id)
    _refuse_early(checked)
    unmet = [
        each.key for each in checked.stage.checklist if _result(checked.items, each.key) != MET
    ]
    if unmet:
        raise Invalid(
            dict.fromkeys(unmet, N_("Only an application that meets every item is admitted."))
        )
    if checked.application.state == "withdrawn":
        raise Conflict(N_("The applicant has withdrawn this application."))
    _refuse_while_asked(act, checked)
    _refuse_unjudged(act, checked)
    act.move(checked.entry, "admit")
    if checked.application.state == "submitted":
        act.move(checked.application, "admit")


def find_ineligible(act: Act, entry_id: int, *, reason: str) -> None:
    """Close the check with a refusal; it needs an item that is not met, which the letter names."""
    checked = loaded(act, entry_id)
    failed = [
        each for each in checked.stage.checklist if _result(checked.items, each.key) == NOT_MET
    ]
    if not failed:
        raise Invalid({"": N_("Mark the item that is not met, with its reason, first.")})
    if not reason.strip():
        raise Invalid({"reason": N_("Write the reason as the applicant will read it.")})
    refuse_closed(checked)
    _refuse_while_asked(act, checked)
    last = checked.stage.entrants is StageEntrants.PROVISIONALLY_SELECTED
    outcome = Outcome.INELIGIBLE if last else Outcome.CHECK_FAILED
    detail = {
        "items": [{"key": each.key, "reason": checked.items[each.key].reason} for each in failed],
        "reason": reason.strip(),
    }
    checked.entry.outcome, checked.entry.outcome_detail = outcome.value, detail
    act.move(checked.entry, "find_ineligible", reason=reason.strip())
    if not last:
        checked.application.outcome = outcome.value
        checked.application.outcome_detail = detail
        act.move(checked.application, "find_ineligible", reason=reason.strip())


def refuse_closed(checked: Checked) -> None:
    """Refuse what is no longer checked, and what its applicant may still change."""
    _refuse_early(checked)
    if checked.entry.state != "submitted":
        raise Conflict(N_("The check of this application is closed."))


def _refuse_early(checked: Checked) -> None:
    if checked.not_yet is not None:
        raise Conflict("{why}", why=checked.not_yet)


def _refuse_while_asked(act: Act, checked: Checked) -> None:
    """Nobody is admitted or refused while the applicant still has time to answer."""
    waiting = waiting_of(act.session, checked.entry.id)
    if waiting is not None and not is_late(act.now, waiting.reply_by):
        raise Conflict(
            N_(
                "Question {number} waits for the applicant’s answer until {reply_by_at}. The check "
                "is finished after that, after the answer, or when the question is taken back."
            ),
            number=waiting.number,
            reply_by_at=waiting.reply_by,
        )


def _refuse_unjudged(act: Act, checked: Checked) -> None:
    """Refuse while an officer's own judgement of a criterion speaks against admission.

    The last check leads to money, so nothing that a person has to judge is left open in it.
    """
    scheme = scheme_of(act.session, checked.application.call_id)
    fatal = {each.key for each in scheme.eligibility if each.fatal}
    given = results_of(act.session, checked.application.id)
    wrong = {
        key: N_("Only who meets this criterion is admitted.")
        for key, result in sorted(given.items())
        if key in fatal and result != MET
    }
    if is_last_check(scheme, checked.stage):
        lot = lot_code_of(act.session, checked.application.id)
        for each in officer_criteria(scheme.eligibility, lot):
            if each.key not in given:
                wrong[each.key] = N_("Judge this criterion; in the last check none is left open.")
    if wrong:
        raise Invalid({f"{CRITERION}{key}": text for key, text in wrong.items()})


def loaded(act: Act, entry_id: int) -> Checked:
    application = act.load(Application, application_of(act.session, entry_id), to=TO)
    # Asked under the lock of the application, which `decisions.decide` holds as well.
    # Who is next on the reserve list is checked in turn, after everybody else's decision.
    state = call_state(act.session, application.call_id)
    if state in _OVER and application.state != "reserve":
        raise Conflict(N_("The awards of this call are decided. The check is closed."))
    entry = act.load(StageEntry, entry_id, to=TO)
    stages = act.load_many(Stage, Stage.id == entry.stage_id, to=TO, within=entry)
    items = act.load_many(CheckItem, CheckItem.entry_id == entry_id, to=TO, within=entry)
    stage = scheme_of(act.session, application.call_id).stage(stages[0].key)
    window = Window(state, stages[0].state, stages[0].opens_at, stages[0].closes_at)
    return Checked(
        application=application,
        entry=entry,
        stage=stage,
        items={item.key: item for item in items},
        not_yet=check_finding(stage, window, act.now),
    )


def _differs(checked: Checked, key: str, given: Answer) -> bool:
    item = checked.items.get(key)
    return item is None or (item.result, item.reason) != (given.result, given.reason.strip())


def _fill(act: Act, item: CheckItem, given: Answer) -> None:
    item.result, item.reason = given.result, given.reason.strip()
    item.checked_by, item.checked_at = act.actor.user_id, act.now


def _refuse_wrong(stage: SchemeStage, answers: Mapping[str, Answer]) -> None:
    known: dict[str, ChecklistItem] = {each.key: each for each in stage.checklist}
    wrong: dict[str, str] = {}
    for key, given in answers.items():
        if key not in known or given.result not in (MET, NOT_MET, TO_CLARIFY):
            wrong[key] = N_("This is not an item of the published list.")
        elif given.result != MET and not given.reason.strip():
            wrong[key] = N_("Write the reason; the applicant has a right to it.")
    if wrong:
        raise Invalid(wrong)


def _result(items: Mapping[str, CheckItem], key: str) -> str:
    return items[key].result if key in items else ""
