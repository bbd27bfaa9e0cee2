"""Deeds for many applications of one call: one transaction, an audit row for each application.

Each row passes the same deed as by itself, under its locks; what is not possible is left alone
with its reason, as the page has said before.
"""

from collections.abc import Mapping, Sequence

from app.actions import assessments, checks, clarifications, interview_mail
from app.actions.act import Act
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import Application, Call, StageEntry
from app.queries import bulk as reading
from app.queries import interviews_held
from app.rules.bulk import Deed, Plan, Row, plan
from app.rules.messages import Message
from app.rules.permissions import Permission

PERMISSIONS = {
    Deed.ADMIT: Permission.CHECK_APPLICATION,
    Deed.ASK: Permission.CHECK_APPLICATION,
    Deed.REMIND: Permission.CHECK_APPLICATION,
    Deed.ASSIGN: Permission.ASSIGN_ASSESSORS,
}


def admit(act: Act, call_id: int, seen: Mapping[int, int]) -> Plan:
    """Admit every application whose items are all met; `seen` are versions by entry."""
    made = _planned(act, call_id, Deed.ADMIT, seen)
    for row in made.touched:
        checks.admit(act, row.entry_id)
    return made


def ask(act: Act, call_id: int, seen: Mapping[int, int], asked: clarifications.Question) -> Plan:
    """Ask all of them the same question."""
    made = _planned(act, call_id, Deed.ASK, seen)
    for row in made.touched:
        clarifications.ask(act, row.entry_id, asked)
    return made


def remind(act: Act, call_id: int, seen: Mapping[int, int]) -> Plan:
    """Remind every applicant who has not answered."""
    made = _planned(act, call_id, Deed.REMIND, seen)
    done: list[Row] = []
    late: list[tuple[Row, Message]] = []
    for row in made.touched:
        assert row.open_question is not None
        try:
            clarifications.remind(act, row.open_question)
        except Conflict:
            # Its time has run out, and the clock has not ended it yet.
            late.append((row, Message("bulk.no_question")))
        else:
            done.append(row)
    return Plan(tuple(done), (*made.left, *late))


def assign(act: Act, call_id: int, seen: Mapping[int, int], assessor_ids: Sequence[int]) -> Plan:
    """Give each application the assessors it lacks, turn by turn over the chosen people."""
    made = _planned(act, call_id, Deed.ASSIGN, seen)
    _hold(act, call_id, made.touched, assessor_ids)
    done: list[Row] = []
    barred: list[tuple[Row, Message]] = []
    joined: dict[int, list[int]] = {}
    turn = 0
    for row in made.touched:
        order = [*assessor_ids[turn:], *assessor_ids[:turn]]
        chosen = _first_possible(act, row, order)
        if chosen is None:
            barred.append((row, Message("bulk.barred")))
            continue
        assessments.assign(act, row.entry_id, chosen, tells_hours=False)
        joined[row.entry_id] = chosen
        done.append(row)
        turn = (turn + len(chosen)) % len(assessor_ids)
    interview_mail.tell_who_joined(act, call_id, joined)
    return Plan(tuple(done), (*made.left, *barred))


def _hold(act: Act, call_id: int, rows: Sequence[Row], assessor_ids: Sequence[int]) -> None:
    """Lock all entries, then the people: whoever assigns one entry takes them in this order."""
    call = act.load(Call, call_id, to=PERMISSIONS[Deed.ASSIGN])
    keys = [each.entry_id for each in rows]
    act.load_many(StageEntry, StageEntry.id.in_(keys), to=PERMISSIONS[Deed.ASSIGN], within=call)
    interviews_held.in_turn(act.session, assessor_ids)


def _first_possible(act: Act, row: Row, order: Sequence[int]) -> list[int] | None:
    away = reading.barred_from(act.session, row.entry_id)
    away |= interviews_held.at_once(act.session, row.entry_id, order).keys()
    free = [key for key in order if key not in away]
    need = row.wanted - row.assessors
    return free[:need] if len(free) >= need else None


def _planned(act: Act, call_id: int, deed: Deed, seen: Mapping[int, int]) -> Plan:
    """Make the plan anew under the locks of call and applications, in their order."""
    to = PERMISSIONS[deed]
    call = act.load(Call, call_id, to=to)
    if len(seen) > reading.MOST:
        raise Invalid({"": N_("These are too many at once. Choose fewer.")})
    keys = reading.applications_of(act.session, seen)
    act.load_many(Application, Application.id.in_(keys), to=to, within=call)
    rows = reading.rows_of(act.session, act.actor, call_id, seen, to, at=act.now)
    return plan(deed, rows, seen)
