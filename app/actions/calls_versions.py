"""Versions of a call: written at its publication and by each correction, never changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.actions.act import Act
from app.models import Call, CallVersion, Stage
from app.queries.calls_versions import newest_number
from app.rules.permissions import Permission
from app.rules.scheme_json import JsonObject, digest


def write_version(
    act: Act, call: Call, rules: JsonObject, stages: Sequence[Stage], *, reason: str, **told: str
) -> CallVersion:
    """Write the next version of a call with `rules` and the dates of its rows as they are now.

    `told` is a title and a summary other than those of the row. The rows of the call must not
    have taken on the new rules yet: the database lets them only after this.
    """
    number = newest_number(act.session, call.id) + 1
    document = _document(call, rules, stages, number=number, reason=reason, at=act.now) | told
    version = CallVersion(
        call_id=call.id,
        number=number,
        document=document,
        digest=digest(document),
        rules_digest=digest(rules),
        reason=reason,
        published_at=act.now,
        published_by=act.actor.user_id,
    )
    act.create(version, to=Permission.PUBLISH_CALL, within=call)
    return version


def write_first(act: Act, call: Call, stages: Sequence[Stage]) -> None:
    """Write what was published before versions were kept, so that the next one can be compared."""
    if newest_number(act.session, call.id):
        return
    published_at = call.published_at or act.now
    document = _document(call, call.template, stages, number=1, reason="", at=published_at)
    version = CallVersion(
        call_id=call.id,
        number=1,
        document=document,
        digest=digest(document),
        rules_digest=digest(call.template),
        published_at=published_at,
    )
    act.create(version, to=Permission.PUBLISH_CALL, within=call)


def _document(
    call: Call,
    rules: Mapping[str, Any],  # Any: JSON
    stages: Sequence[Stage],
    *,
    number: int,
    reason: str,
    at: datetime,
) -> JsonObject:
    return {
        "call": call.code,
        "title": call.title,
        "summary": call.summary,
        "number": number,
        "published_at": at.isoformat(),
        "reason": reason,
        "opens_at": _iso(call.opens_at),
        "closes_at": _iso(call.closes_at),
        "stages": {
            stage.key: {"opens_at": _iso(stage.opens_at), "closes_at": _iso(stage.closes_at)}
            for stage in stages
        },
        "rules": dict(rules),
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
