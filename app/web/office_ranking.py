"""The committee's table: agree, rank, settle ties, shortlist, allocate, decide, announce."""

import json
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import ranking
from app.errors import Conflict, Invalid, NotFound
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.queries.aid_standing import AwardAbove, Proposed, awards_above
from app.queries.ranking_lists import StageRanking
from app.queries.ranking_page import stage_ranking
from app.queries.runs import run_file
from app.queries.stages import stage_rows
from app.web import pages
from app.web.deps import InAct, Read, Reader
from app.web.fields import Field, Option, Verbatim, choice
from app.web.forms import Form, Posted, blank, filled, read
from app.web.ranking_deeds import (
    DEEDS,
    INTERVIEWS,
    NEXT_STAGE,
    REASON,
    Deed,
    deeds_for,
    may_settle_ties,
    waits_for_another,
)

router = APIRouter(prefix="/office")


@dataclass(frozen=True, slots=True)
class RankingPage:
    """`deeds` are the buttons that are legal now and that this person may press.

    `above` would pass the ceiling of aid by now, of what is proposed or decided.
    """

    list: StageRanking
    deeds: tuple[tuple[str, Deed], ...]
    ties_open: bool
    waits_for_another: bool
    above: tuple[AwardAbove, ...]


@dataclass(frozen=True, slots=True)
class DeedPage:
    """One deed that asks for a reason or for dates."""

    list: StageRanking
    key: str
    deed: Deed
    form: Form
    above: tuple[AwardAbove, ...]


@dataclass(frozen=True, slots=True)
class TiePage:
    list: StageRanking
    references: tuple[str, ...]
    form: Form


@router.get("/stages/{stage_id:int}/ranking")
def office_ranking(request: Request, reader: Reader, stage_id: int) -> HTMLResponse:
    found = stage_ranking(reader.session, reader.actor, stage_id)
    page = RankingPage(
        list=found,
        deeds=tuple((key, DEEDS[key]) for key in deeds_for(found, reader.actor)),
        ties_open=may_settle_ties(found, reader.actor),
        waits_for_another=waits_for_another(found, reader.actor),
        above=_above(reader, found),
    )
    return pages.render(request, "office/ranking.html", page=page)


@router.get("/stages/{stage_id:int}/ranking/ties/{lot}/{rank:int}")
def office_ranking_tie(
    request: Request, reader: Reader, stage_id: int, lot: str, rank: int
) -> HTMLResponse:
    found = stage_ranking(reader.session, reader.actor, stage_id)
    references = _equals(found, lot, rank)
    page = TiePage(found, references, blank(_tie_fields(references)))
    return pages.render(request, "office/ranking_tie.html", page=page)


@router.post("/stages/{stage_id:int}/ranking/ties/{lot}/{rank:int}")
def office_ranking_tie_settle(
    request: Request, act: InAct, stage_id: int, lot: str, rank: int, posted: Posted
) -> Response:
    found = stage_ranking(act.session, act.actor, stage_id)
    references = _equals(found, lot, rank)
    form = read(_tie_fields(references), posted)
    order = [str(form.values.get(f"place_{n}", "")) for n in range(1, len(references) + 1)]
    if not form.errors and set(order) != set(references):
        form = form.with_errors({"place_1": N_("Name each of the equal applications once.")})
    if form.errors:
        page = TiePage(found, references, form)
        return pages.render(request, "office/ranking_tie.html", page=page, status=422)
    ranking.settle_tie(act, stage_id, order=order, reason=str(form.values["reason"]))
    return pages.redirect(
        request, "office_ranking", stage_id=stage_id, notice=N_("The order is settled.")
    )


@router.get("/stages/{stage_id:int}/ranking/{key}")
def office_ranking_deed(request: Request, reader: Reader, stage_id: int, key: str) -> HTMLResponse:
    deed = _deed(key)
    found = stage_ranking(reader.session, reader.actor, stage_id)
    above = _above(reader, found) if key == "decide" else ()
    page = DeedPage(found, key, deed, _known(reader, found, deed), above)
    return pages.render(request, "office/ranking_deed.html", page=page)


@router.post("/stages/{stage_id:int}/ranking/{key}")
def office_ranking_do(
    request: Request, act: InAct, stage_id: int, key: str, posted: Posted
) -> Response:
    deed = _deed(key)
    found = stage_ranking(act.session, act.actor, stage_id)
    form = read(deed.fields, posted)
    if not form.errors:
        try:
            with act.attempt():
                deed.run(act, found, form)
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        except Conflict as problem:
            if not deed.fields:
                raise
            # The reason that was typed stays on the page.
            form = form.with_errors({"": problem.message}, **problem.values)
    if form.errors:
        reader = Read(act.session, act.actor, act.now)
        page = DeedPage(found, key, deed, form, _above(reader, found) if key == "decide" else ())
        return pages.render(request, "office/ranking_deed.html", page=page, status=422)
    return pages.redirect(request, "office_ranking", stage_id=stage_id, notice=deed.notice)


@router.get("/runs/{run_id:int}.json")
def office_run_file(reader: Reader, run_id: int) -> Response:
    """Give what was computed and what came out, so that an outsider can compute it again."""
    found = run_file(reader.session, reader.actor, run_id)
    body = json.dumps(found.content, ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": f'attachment; filename="{found.filename}"'}
    return Response(body, media_type="application/json", headers=headers)


def _above(reader: Read, found: StageRanking) -> tuple[AwardAbove, ...]:
    """Return whose award would pass the ceiling of aid, until it is announced."""
    if not found.is_last or found.run is None or found.stage_state not in ("ranked", "decided"):
        return ()
    today = reader.now.astimezone(ZONE).date()
    awards = [
        Proposed(
            line.application_id, line.reference, line.organisation_id, line.organisation,
            line.awarded_cents,
        )
        for line in found.lines
        if line.awarded_cents
    ]  # fmt: skip
    return awards_above(reader.session, found.scheme, found.call_id, awards, today)


def _deed(key: str) -> Deed:
    if key not in DEEDS:
        raise NotFound
    return DEEDS[key]


def _known(reader: Reader, found: StageRanking, deed: Deed) -> Form:
    """Return the form of a deed with the dates that the call has for its next stage already."""
    if deed.fields not in (NEXT_STAGE, INTERVIEWS):
        begun = {"reason": found.legal_ground} if deed is DEEDS["decide"] else {}
        return filled(deed.fields, {name: text for name, text in begun.items() if text})
    rows = stage_rows(reader.session, found.call_id)
    after = [row for row in rows if row.key == found.next_stage_key]
    given = {"opens_at": after[0].opens_at, "closes_at": after[0].closes_at} if after else {}
    return filled(deed.fields, {name: at for name, at in given.items() if at is not None})


def _tie_fields(references: tuple[str, ...]) -> tuple[Field, ...]:
    options = tuple(Option(each, Verbatim(each)) for each in references)
    places = tuple(
        choice(f"place_{n}", Verbatim(f"{n}."), options, missing=N_("Choose an application"))
        for n in range(1, len(references) + 1)
    )
    return (*places, REASON)


def _equals(found: StageRanking, lot: str, rank: int) -> tuple[str, ...]:
    for tie in found.ties:
        if tie.lot == lot and tie.rank == f"{rank}=":
            return tie.references
    raise NotFound
