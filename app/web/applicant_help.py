"""The contact does not answer: put one's wish to join before an authority, with a letter."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData
from starlette.responses import Response

from app.actions import organisations_contact
from app.actions.applications import NewFile
from app.errors import Invalid
from app.i18n.marks import N_
from app.queries import organisations_help
from app.queries.organisations_help import AuthorityLine
from app.web import fields, pages, uploads
from app.web.deps import InAct, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, Posted, blank, read

router = APIRouter(prefix="/applicant/organisations/wishes/{membership_id:int}/help")


@dataclass(frozen=True, slots=True)
class HelpPage:
    form: Form
    asked_at: datetime


@router.get("")
def applicant_help(request: Request, reader: Reader, membership_id: int) -> HTMLResponse:
    asked_at = organisations_help.own_wish(reader.session, reader.actor, membership_id)
    form = blank(_fields(organisations_help.authorities(reader.session)))
    page = HelpPage(form, asked_at)
    return pages.render(request, "applicant/help.html", page=page)


@router.post("")
def applicant_help_asked(
    request: Request, posted: Posted, act: InAct, membership_id: int
) -> Response:
    asked_at = organisations_help.own_wish(act.session, act.actor, membership_id)
    form = read(_fields(organisations_help.authorities(act.session)), posted)
    if not form.errors:
        try:
            organisations_contact.ask_authority(
                act,
                membership_id,
                authority_id=int(str(form.values["authority"])),
                text=str(form.values["text"]),
                file=_letter(request, posted),
            )
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
    if form.errors:
        page = HelpPage(form, asked_at)
        return pages.render(request, "applicant/help.html", page=page, status=422)
    return pages.redirect(
        request,
        "applicant_organisations",
        notice=N_("The authority was asked. You get a mail with its answer."),
    )


def _letter(request: Request, posted: FormData) -> NewFile:
    letter = uploads.taken(request, posted, "letter", allowed=uploads.PAPERS)
    if letter is None:
        raise Invalid({"letter": N_("Choose the file with the letter")})
    return letter


def _fields(listed: tuple[AuthorityLine, ...]) -> tuple[Field, ...]:
    options = tuple(Option(str(each.id), Verbatim(each.name)) for each in listed)
    return (
        fields.choice(
            "authority",
            N_("Which authority?"),
            options,
            hint=N_("The one whose call you want to apply to."),
            missing=N_("Choose the authority"),
        ),
        fields.long_text(
            "text",
            N_("Why can the contact not answer?"),
            hint=N_("For example: the person has left the organisation, since when."),
            missing=N_("Write why the contact cannot answer"),
            max_words=150,
        ),
        fields.upload(
            "letter",
            N_("Letter of the organisation"),
            hint=N_(
                "Signed by its legal representative: that you work for it and may act here."
                " PDF, JPG or PNG."
            ),
            accept=tuple(f".{ending}" for ending in sorted(uploads.PAPERS)),
            missing=N_("Choose the file with the letter"),
        ),
    )
