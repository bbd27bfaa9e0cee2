"""Each job in plain words: who applies, who works for the authority, who runs the fund."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.web import pages
from app.web.deps import PublicReader

router = APIRouter(prefix="/help")


@router.get("/applicants")
def public_help_applicants(request: Request, _reader: PublicReader) -> HTMLResponse:
    return pages.render(request, "public/help_applicants.html")


@router.get("/authorities")
def public_help_authorities(request: Request, _reader: PublicReader) -> HTMLResponse:
    return pages.render(request, "public/help_authorities.html")


@router.get("/fund-managers")
def public_help_managers(request: Request, _reader: PublicReader) -> HTMLResponse:
    return pages.render(request, "public/help_managers.html")
