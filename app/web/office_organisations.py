"""Wishes to join an organisation whose contact is gone: the officer looks and decides."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response, StreamingResponse

from app.actions import organisations_contact
from app.i18n.marks import N_
from app.queries import organisations_help
from app.queries.organisations_help import HelpLine, HelpRequest
from app.web import fields, pages
from app.web.applicant_documents import download
from app.web.applicant_organisation_fields import label_of
from app.web.deps import InAct, Reader
from app.web.forms import Form, Posted, blank, read
from app.web.parts import Item

router = APIRouter(prefix="/office/organisations")

REASON = (
    fields.long_text(
        "reason",
        N_("What shows that it is right, or why not?"),
        hint=N_(
            "For example: letter of the mayor of 3 March, called back at the number of the"
            " town hall. It is kept on file, and the persons concerned read it."
        ),
        missing=N_("Write the reason"),
        max_words=200,
    ),
)


@dataclass(frozen=True, slots=True)
class ListPage:
    lines: tuple[HelpLine, ...]


@dataclass(frozen=True, slots=True)
class HelpPage:
    form: Form
    line: HelpLine
    numbers: list[Item]


@router.get("")
def office_organisations(request: Request, reader: Reader) -> HTMLResponse:
    page = ListPage(organisations_help.help_requests(reader.session, reader.actor))
    return pages.render(request, "office/organisations.html", page=page)


@router.get("/{membership_id:int}")
def office_organisation_help(request: Request, reader: Reader, membership_id: int) -> HTMLResponse:
    found = organisations_help.help_request(reader.session, reader.actor, membership_id)
    return _show(request, found, blank(REASON))


@router.post("/{membership_id:int}")
def office_organisation_decide(
    request: Request, posted: Posted, act: InAct, membership_id: int
) -> Response:
    found = organisations_help.help_request(act.session, act.actor, membership_id)
    form = read(REASON, posted)
    if form.errors:
        return _show(request, found, form)
    reason = str(form.values["reason"])
    if posted.get("action") == "admit":
        organisations_contact.admit_for_contact(act, membership_id, reason=reason)
        said = N_("The person is admitted as the contact. The old contact was told.")
    else:
        organisations_contact.refuse_help(act, membership_id, reason=reason)
        said = N_("The person was told that you did not admit them.")
    return pages.redirect(request, "office_organisations", notice=said)


@router.get("/{membership_id:int}/letter")
def office_organisation_letter(
    request: Request, reader: Reader, membership_id: int
) -> StreamingResponse:
    """Send the letter with which the person shows that the contact is gone."""
    file = organisations_help.help_file(reader.session, reader.actor, membership_id)
    return download(request, file)


def _show(request: Request, found: HelpRequest, form: Form) -> HTMLResponse:
    numbers = [Item(label_of(scheme), number) for scheme, number in found.identifiers]
    page = HelpPage(form, found.line, numbers)
    status = 422 if form.errors else 200
    return pages.render(request, "office/organisation_help.html", page=page, status=status)
