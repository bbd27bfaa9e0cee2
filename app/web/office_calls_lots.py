"""The money of a call and of its lots, on one page."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import calls
from app.actions.act import Act
from app.errors import Invalid
from app.i18n.marks import N_
from app.queries.calls import CallPage
from app.queries.calls_findings import Place, findings
from app.rules.scheme_text import said
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.fields import Field
from app.web.forms import Form, Posted, filled, read
from app.web.office_calls_draft import (
    ChangePage,
    draft,
    mended_by,
    saved,
    version_of,
    with_version,
)
from app.web.public_terms import words_of

router = APIRouter(prefix="/calls/{call_id:int}")


@router.get("/lots")
def office_call_lots(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    call = draft(reader, call_id)
    return _show_lots(request, reader, call, filled(_lot_fields(call), _lot_values(call)))


@router.post("/lots")
def office_call_lots_save(request: Request, posted: Posted, act: InAct, call_id: int) -> Response:
    call = draft(act, call_id)
    form = read(_lot_fields(call), posted)
    if not form.errors:
        try:
            calls.change_lots(
                act,
                call_id,
                envelope_cents=_cents(form.values, "envelope_cents") or 0,
                lots=_lot_changes(call, form.values),
                version=version_of(str(form.values["version"])),
            )
        except Invalid as problem:
            form = form.with_errors(problem.fields)
        else:
            return _saved_lots(request, act, call_id)
    return _show_lots(request, act, call, with_version(form, call), status=422)


def _show_lots(
    request: Request, reader: Read | Act, call: CallPage, form: Form, status: int = 200
) -> HTMLResponse:
    lots = tuple((lot.code, words_of(lot.title)) for lot in call.scheme.lots)
    page = ChangePage(call, form, mended_by(Place.LOTS, reader, call), lots=lots)
    return pages.render(request, "office/call_lots.html", page=page, status=status)


def _saved_lots(request: Request, act: InAct, call_id: int) -> Response:
    """Sums that do not fit are saved; the page says so at once, where they can be mended."""
    found = findings(act.session, call_id, act.now)
    if any(each.is_error and each.place is Place.LOTS for each in found):
        notice = N_("Saved, but the sums do not fit yet.")
        return pages.redirect(request, "office_call_lots", call_id=call_id, notice=notice)
    return saved(request, call_id)


def _lot_fields(call: CallPage) -> tuple[Field, ...]:
    asked = [
        fields.amount(
            "envelope_cents",
            N_("Envelope of the whole call"),
            hint=N_("The lots together must be exactly this, to the cent."),
            missing=N_("Enter the envelope of the call"),
            minimum_cents=0,
        ),
        fields.hidden("version"),
    ]
    for place in range(len(call.scheme.lots)):
        asked += [
            fields.text(f"title_{place}", N_("Title"), missing=N_("Enter a title"), max_length=200),
            fields.amount(
                f"envelope_{place}", N_("Envelope"), missing=N_("Enter an amount"), minimum_cents=0
            ),
            fields.amount(
                f"min_{place}", N_("Smallest grant"), missing=N_("Enter an amount"), minimum_cents=0
            ),
            fields.amount(
                f"max_{place}",
                N_("Largest grant"),
                hint=N_("Empty: no limit."),
                minimum_cents=0,
            ),
        ]
    return tuple(asked)


def _lot_values(call: CallPage) -> dict[str, object]:
    scheme = call.scheme
    values: dict[str, object] = {
        "envelope_cents": scheme.envelope_cents,
        "version": str(call.version),
    }
    for place, lot in enumerate(scheme.lots):
        # The title in the language of the scheme: that is the one which is changed.
        values[f"title_{place}"] = said(lot.title, scheme.languages[0])
        values[f"envelope_{place}"] = lot.envelope_cents
        values[f"min_{place}"] = lot.min_grant_cents
        values[f"max_{place}"] = lot.max_grant_cents
    return values


def _lot_changes(call: CallPage, values: Mapping[str, object]) -> list[calls.LotChange]:
    return [
        calls.LotChange(
            code=lot.code,
            title=str(values[f"title_{place}"]),
            envelope_cents=_cents(values, f"envelope_{place}") or 0,
            min_grant_cents=_cents(values, f"min_{place}") or 0,
            max_grant_cents=_cents(values, f"max_{place}"),
        )
        for place, lot in enumerate(call.scheme.lots)
    ]


def _cents(values: Mapping[str, object], name: str) -> int | None:
    value = values[name]
    return value if isinstance(value, int) else None
