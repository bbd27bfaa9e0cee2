"""Suspend a published call and let it go on; what was lost of the time can be made up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.actions import mail
from app.actions.act import Act
from app.actions.calls_versions import write_first, write_version
from app.errors import Conflict, Invalid
from app.i18n import DEFAULT
from app.i18n.marks import N_
from app.models import Call, Stage
from app.queries.calls_correction import current_deadline
from app.queries.contacts import applicants_of
from app.rules.messages import Message
from app.rules.permissions import Permission
from app.rules.suspension import made_up

_NOT_SUSPENDED = N_("This call is not suspended. Somebody may have let it go on already.")


class Deadline(StrEnum):
    """What becomes of the deadline when a call goes on."""

    MAKE_UP = "make_up"
    KEEP = "keep"
    CHOOSE = "choose"


@dataclass(frozen=True, slots=True)
class Resumption:
    """`closes_at` is the new deadline where one is chosen; `reason` is what people are told."""

    deadline: Deadline
    reason: str
    closes_at: datetime | None = None


def suspend(act: Act, call_id: int, *, reason: str) -> None:
    """Stop a published call for a while: nothing can be sent in, and everybody is told why.

    Drafts stay and can be worked on. Nothing closes by the clock until the call goes on.
    """
    call = act.load(Call, call_id, to=Permission.PUBLISH_CALL)
    if not reason.strip():
        raise Invalid({"reason": N_("Enter why the call is suspended. Everybody will read it.")})
    act.move(call, "suspend", reason=reason)
    call.stopped_at, call.stop_reason = act.now, reason
    _tell(act, call, "call_suspended", reason=reason)


def resume(act: Act, call_id: int, wanted: Resumption) -> None:
    """Let a suspended call go on, with the deadline that was chosen; never an earlier one.

    A deadline that moves is published as a version of the call, by the same reason.
    """
    call = act.load(Call, call_id, to=Permission.PUBLISH_CALL)
    if call.state != "suspended" or call.stopped_at is None:
        raise Conflict(_NOT_SUSPENDED)
    stages = act.load_many(
        Stage,
        Stage.call_id == call_id,
        to=Permission.PUBLISH_CALL,
        within=call,
        order_by=Stage.position.asc(),
    )
    if not wanted.reason.strip():
        raise Invalid({"reason": N_("Enter what people should know. Everybody will read it.")})
    was = current_deadline(stages)
    moved = _deadlines(stages, wanted, stopped_at=call.stopped_at, now=act.now)
    if moved:
        write_first(act, call, stages)
        _move(call, stages, moved)
        write_version(act, call, call.template, stages, reason=wanted.reason)
    act.move(
        call,
        "resume",
        reason=wanted.reason,
        was={"closes_at": was, "stopped_at": call.stopped_at},
        now={"closes_at": current_deadline(stages)},
    )
    call.stopped_at, call.stop_reason = None, ""
    _tell(
        act, call, "call_resumed", reason=wanted.reason, closes_at=current_deadline(stages), was=was
    )


def _deadlines(
    stages: Sequence[Stage], wanted: Resumption, *, stopped_at: datetime, now: datetime
) -> dict[int, datetime]:
    """Return the closings that move, by stage; Invalid for a deadline that is over or earlier."""
    current = current_deadline(stages)
    ahead = {
        stage.id: stage.closes_at
        for stage in stages
        if stage.state in {"waiting", "open"} and stage.closes_at is not None
    }
    if wanted.deadline is Deadline.MAKE_UP:
        return {key: made_up(closes_at, stopped_at, now) for key, closes_at in ahead.items()}
    chosen = current if wanted.deadline is Deadline.KEEP else wanted.closes_at
    _check(current, chosen, is_kept=wanted.deadline is Deadline.KEEP, now=now)
    if chosen is None or chosen == current:
        return {}
    return {key: chosen for key, closes_at in ahead.items() if closes_at == current}


def _check(
    current: datetime | None, chosen: datetime | None, *, is_kept: bool, now: datetime
) -> None:
    field = "deadline" if is_kept else "closes_at"
    if chosen is None and not is_kept:
        raise Invalid({field: N_("Enter until when applications are taken")})
    if chosen is not None and current is not None and chosen < current:
        values: dict[str, object] = {"closes_at": current}
        raise Invalid({field: Message("corrigendum.earlier", values)})
    if chosen is not None and chosen <= now:
        raise Invalid({field: Message("corrigendum.in_the_past", {"closes_at": chosen})})


def _move(call: Call, stages: Sequence[Stage], moved: dict[int, datetime]) -> None:
    for stage in stages:
        if stage.id in moved:
            stage.closes_at = moved[stage.id]
            if stage.position == 1:
                call.closes_at = stage.closes_at


def _tell(act: Act, call: Call, name: str, **values: object) -> None:
    subject, body = mail.filled(
        name, locale=DEFAULT, call=call.title, code=call.code, path=f"/calls/{call.id}", **values
    )
    addresses = applicants_of(act.session, call.id)
    mail.post_many(act, to=addresses, subject=subject, body=body)
