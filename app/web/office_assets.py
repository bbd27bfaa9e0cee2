"""The asset register of a call, as a page and as a sheet."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import StreamingResponse

from app.documents import sheets
from app.errors import NotFound
from app.i18n import gettext
from app.queries import assets
from app.queries.assets import Register, RegisterLine
from app.web import pages, sent_file
from app.web.award_sheet import MEDIA_TYPES
from app.web.deps import Reader
from app.web.states import shown_state

router = APIRouter(prefix="/office")

SHEET = "assets"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of the register with its state in the reader's words."""

    line: RegisterLine
    status: str


@router.get("/calls/{call_id:int}/assets")
def office_assets(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    page = assets.register(reader.session, reader.actor, call_id)
    return pages.render(request, "office/assets.html", page=page)


@router.get("/calls/{call_id:int}/assets.{kind}")
def office_assets_file(
    request: Request, reader: Reader, call_id: int, kind: str
) -> StreamingResponse:
    """Send the register as a spreadsheet; every line of it, with the reasons."""
    del request
    if kind not in ("xlsx", "csv"):
        raise NotFound
    found = assets.register(reader.session, reader.actor, call_id)
    sheet, rows = sheets.sheet(SHEET), tuple(_rows(found))
    if kind == "xlsx":
        file = sent_file.written(
            lambda target: sheets.write_xlsx(sheet, rows, target, count=len(rows))
        )
    else:
        file = sent_file.written(lambda target: sheets.write_csv(sheet, rows, target, bom=True))
    name = f"assets-{found.call_code}.{kind}"
    return sent_file.send_written(file, name=name, media_type=MEDIA_TYPES[kind])


def _rows(found: Register) -> Iterator[SheetRow]:
    for line in found.lines:
        yield SheetRow(line, status=gettext(shown_state(line.state, "asset")[0]))
