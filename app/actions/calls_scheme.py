"""The rules of a call as its template and its rows: one function writes both.

The rows of lots and stages are what other tables point at; the template is what counts.
They never disagree, because nothing else writes the columns that both have.
"""

from app.actions.act import Act
from app.models import Call, Lot, Stage
from app.queries.schemes import scheme_from
from app.rules.permissions import Permission
from app.rules.scheme import Scheme
from app.rules.scheme_json import JsonObject, digest, to_json
from app.rules.scheme_text import said
from app.rules.search_text import search_text


def working_scheme(call: Call) -> Scheme:
    """Return the rules that a fund manager changes: of a draft, or of a corrigendum in work."""
    return scheme_from(call.correction["rules"] if call.correction else call.template)


def write_working(act: Act, call: Call, scheme: Scheme) -> None:
    """Keep changed rules: of a draft in the call itself, of a corrigendum beside it."""
    if call.correction is None:
        write_scheme(act, call, scheme)
    else:
        call.correction = {**call.correction, "rules": to_json(scheme)}
        act.session.flush()


def write_scheme(
    act: Act, call: Call, scheme: Scheme, *, template: JsonObject | None = None
) -> None:
    """Write `scheme` as the rules of a call: its template, and the rows that mirror it.

    Lots and stages are known by code and key. A row that is missing is added, one that
    the scheme no longer has is removed. `template` is the same scheme as it was written
    when its digest was taken.
    """
    lots = act.load_many(Lot, Lot.call_id == call.id, to=Permission.EDIT_CALL, within=call)
    stages = act.load_many(Stage, Stage.call_id == call.id, to=Permission.EDIT_CALL, within=call)
    mirror(call, scheme)
    call.template = call.template if template is None else template
    if template is not None and call.digest is not None:
        call.digest = digest(template)
    _write_lots(act, call, scheme, {row.code: row for row in lots})
    _write_stages(act, call, scheme, {row.key: row for row in stages})
    act.session.flush()


def mirror(call: Call, scheme: Scheme) -> None:
    """Write the template and the columns of the call that repeat it."""
    call.template = to_json(scheme)
    call.currency = scheme.currency
    call.envelope_cents = scheme.envelope_cents
    call.offer_days = scheme.letters.offer_reply_days
    call.reserve_valid_until = scheme.allocation.reserve_valid_until


def searchable(call: Call, authority: str) -> str:
    """Return the words under which a call is found, the name of its authority among them."""
    return search_text(f"{call.code} {call.title} {call.summary} {authority}")


def lot_values(scheme: Scheme) -> list[dict[str, str | int]]:
    language = scheme.languages[0]
    return [
        {
            "position": place,
            "code": lot.code,
            "title": said(lot.title, language),
            "envelope_cents": lot.envelope_cents,
        }
        for place, lot in enumerate(scheme.lots, start=1)
    ]


def stage_values(scheme: Scheme) -> list[dict[str, str | int]]:
    return [
        {"position": place, "key": stage.key, "kind": stage.kind.value}
        for place, stage in enumerate(scheme.stages, start=1)
    ]


def _write_lots(act: Act, call: Call, scheme: Scheme, known: dict[str, Lot]) -> None:
    for values in lot_values(scheme):
        row = known.pop(str(values["code"]), None)
        if row is None:
            act.create(Lot(call_id=call.id, **values), to=Permission.EDIT_CALL, within=call)
            continue
        for name, value in values.items():
            setattr(row, name, value)
    for gone in known.values():
        act.session.delete(gone)


def _write_stages(act: Act, call: Call, scheme: Scheme, known: dict[str, Stage]) -> None:
    for values in stage_values(scheme):
        row = known.pop(str(values["key"]), None)
        if row is None:
            act.create(Stage(call_id=call.id, **values), to=Permission.EDIT_CALL, within=call)
            continue
        for name, value in values.items():
            setattr(row, name, value)
    for gone in known.values():
        act.session.delete(gone)
