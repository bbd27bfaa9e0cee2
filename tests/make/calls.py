"""Calls in every state, with their lots and stages as the product itself writes them.

`make_scheme()` reads the small template of `tests/library`; `make_scheme("eu_integra_sctm")`
one of the library. Both may be changed: `make_scheme(envelope_cents=100_00, lots=(…))`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.actions import calls_scheme
from app.actions.templates import library_scheme, read_template
from app.models import Authority, Call, Lot, Stage
from app.rules.call_clock import days_before
from app.rules.scheme import Scheme
from app.rules.scheme_json import digest

ONE_STAGE = Path(__file__).parent.parent / "library" / "one_stage.toml"
OPENS_AT = datetime(2026, 2, 2, 8, 0, tzinfo=UTC)
CLOSES_AT = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)  # 17:00 in Belgrade, summer time

_numbers = count(1)

# How far the last stage that is scored has come when the call is in a state.
_STAGE_STATE = {
    "closed": "closed",
    "assessed": "assessed",
    "ranked": "ranked",
    "allocated": "ranked",
    "decided": "decided",
    "announced": "announced",
    "archived": "announced",
}


@dataclass(frozen=True, slots=True)
class MadeCall:
    """Ids of what was made: lots by code, stages by key."""

    id: int
    authority_id: int
    code: str
    scheme: Scheme
    lots: Mapping[str, int]
    stages: Mapping[str, int]

    @property
    def lot_id(self) -> int:
        """The first lot."""
        return next(iter(self.lots.values()))

    @property
    def stage_id(self) -> int:
        """The first stage."""
        return next(iter(self.stages.values()))


@cache
def _one_stage() -> Scheme:
    return read_template(ONE_STAGE.read_bytes(), ONE_STAGE.name)


def make_scheme(template: str = "one_stage", **changes: Any) -> Scheme:
    scheme = _one_stage() if template == "one_stage" else library_scheme(template)
    return replace(scheme, **changes)


def make_call(
    session: Session,
    *,
    state: str = "published",
    scheme: Scheme | None = None,
    opens_at: datetime | None = OPENS_AT,
    closes_at: datetime | None = CLOSES_AT,
    authority: Authority | int | None = None,
    code: str = "",
    title: str = "",
    stage_states: Mapping[str, str] | None = None,
) -> MadeCall:
    """Make a call in `state` with stages that fit to it; `stage_states` says otherwise.

    A published call has its first stage open, whatever the clock says. A call in a later
    state has its earlier stages announced and its last form in the state that fits.
    """
    scheme = scheme or make_scheme()
    number = next(_numbers)
    opened = opens_at or OPENS_AT
    owner = _authority(session, authority, number)
    call = Call(
        authority_id=owner.id,
        code=code or f"CALL-{number}",
        title=title or f"Call {number}",
        state=state,
        template_key=scheme.key,
        opens_at=opens_at,
        closes_at=closes_at,
        created_at=opened - timedelta(days=10),
        published_at=None if state == "draft" else opened - timedelta(hours=1),
    )
    calls_scheme.mirror(call, scheme)
    call.search_text = calls_scheme.searchable(call, owner.name)
    if state not in {"draft", "cancelled"}:
        call.digest = digest(call.template)
    if state in {"decided", "announced", "archived"}:
        call.decided_at = days_before(opened, -90)
    if state in {"announced", "archived"}:
        call.announced_at = days_before(opened, -100)
    session.add(call)
    session.flush()
    lots = [Lot(call_id=call.id, **values) for values in calls_scheme.lot_values(scheme)]
    stages = [Stage(call_id=call.id, **values) for values in calls_scheme.stage_values(scheme)]
    for stage in stages:
        stage.state = _stage_state(scheme, state, stage.key)
        stage.state = (stage_states or {}).get(stage.key, stage.state)
    stages[0].opens_at, stages[0].closes_at = opens_at, closes_at
    for later in stages[1:]:
        if later.state != "waiting" and closes_at is not None:
            later.opens_at = closes_at + timedelta(days=60)
            later.closes_at = closes_at + timedelta(days=105)
    session.add_all([*lots, *stages])
    session.flush()
    return MadeCall(
        id=call.id,
        authority_id=call.authority_id,
        code=call.code,
        scheme=scheme,
        lots={lot.code: lot.id for lot in lots},
        stages={stage.key: stage.id for stage in stages},
    )


def _authority(session: Session, authority: Authority | int | None, number: int) -> Authority:
    if isinstance(authority, int):
        return session.get_one(Authority, authority)
    if authority is None:
        authority = Authority(
            name=f"Authority of call {number}", short_name=f"A{number}", city="Belgrade"
        )
        session.add(authority)
        session.flush()
    return authority


def _stage_state(scheme: Scheme, state: str, key: str) -> str:
    keys = [stage.key for stage in scheme.stages]
    last = [stage.key for stage in scheme.stages if stage.form][-1]
    if state == "published":
        return "open" if key == keys[0] else "waiting"
    if state not in _STAGE_STATE or keys.index(key) > keys.index(last):
        return "cancelled" if state == "cancelled" else "waiting"
    return _STAGE_STATE[state] if key == last else "announced"
