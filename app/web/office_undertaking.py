"""With whom an applicant is one undertaking, and the aid that counts for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app import i18n
from app.actions import undertakings as deeds
from app.actions.undertakings import NewLink
from app.errors import Invalid
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.queries import undertakings
from app.queries.aid import AidKnown, aid_known
from app.queries.schemes import scheme_of
from app.queries.undertakings import Applicant, LinkLine
from app.rules.permissions import Actor, Permission, may
from app.rules.scheme import Scheme
from app.rules.scheme_letters import AidRegime
from app.rules.undertakings import LinkKind, headroom_cents
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, Posted, blank, read

router = APIRouter(prefix="/office/applications")

KINDS = {
    LinkKind.HOLDING: N_("Holds a share of the votes"),
    LinkKind.BOARD: N_("May appoint or remove most of the board"),
    LinkKind.INFLUENCE: N_("Has dominant influence by contract or statutes"),
    LinkKind.VOTES: N_("Has the majority of votes by an agreement with others"),
}
OWNER, OWNED = "owner", "owned"
OVER, NEVER = "over", "never"
NEW = (
    fields.text(
        "number",
        N_("Registry number of the other enterprise"),
        hint=N_("Country, register and number, for example RS:MB:07024371"),
        missing=N_("Enter the registry number"),
        max_length=60,
    ),
    fields.text("name", N_("Its name"), missing=N_("Enter its name"), max_length=200),
    fields.one_of(
        "direction",
        N_("Which of the two has a hand in the other?"),
        (
            Option(OWNER, N_("The other enterprise in the applicant")),
            Option(OWNED, N_("The applicant in the other enterprise")),
        ),
        missing=N_("Choose which of the two"),
    ),
    fields.one_of(
        "kind",
        N_("How?"),
        tuple(Option(kind.value, text) for kind, text in KINDS.items()),
        missing=N_("Choose how"),
    ),
    fields.score(
        "percent",
        N_("Share of the votes, %"),
        hint=N_("Only for a holding; more than 50 % makes the two one undertaking."),
        maximum=100,
        step=Fraction(1, 1000),
    ),
    fields.date_of("valid_from", N_("Since"), missing=N_("Enter since when it holds")),
    fields.text(
        "evidence",
        N_("What shows it"),
        hint=N_("For example: extract of the register of 3 March, sent in with the application."),
        missing=N_("Write what shows it"),
        max_length=300,
    ),
)


@dataclass(frozen=True, slots=True)
class LinkShown:
    """`controls` says whether the two are one undertaking today."""

    line: LinkLine
    how: str
    controls: bool


@dataclass(frozen=True, slots=True)
class UndertakingPage:
    """`form` is the one with what is wrong, if any; `end` is empty where no link can end, and
    `restore` where no ending can be taken back.
    """

    form: Form
    new: Form
    end: Form | None
    restore: Form | None
    applicant: Applicant
    links: tuple[LinkShown, ...]
    aid: AidKnown
    currency: str
    is_aid: bool
    ceiling_cents: int | None
    years: int | None
    left_cents: int


@router.get("/{application_id:int}/undertaking")
def office_undertaking(request: Request, reader: Reader, application_id: int) -> HTMLResponse:
    applicant = undertakings.applicant_of(reader.session, reader.actor, application_id)
    return _show(request, reader, applicant)


@router.post("/{application_id:int}/undertaking")
def office_undertaking_record(
    request: Request, posted: Posted, act: InAct, application_id: int
) -> Response:
    applicant = undertakings.applicant_of(act.session, act.actor, application_id)
    form = read(NEW, posted)
    if not form.errors:
        try:
            deeds.record(act, application_id, _link(form))
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            return _back(request, application_id, N_("The link is recorded."))
    return _show(request, Read(act.session, act.actor, act.now), applicant, new=form)


def _link(form: Form) -> NewLink:
    values = form.values
    percent, valid_from = values["percent"], values["valid_from"]
    assert percent is None or isinstance(percent, Fraction)
    assert isinstance(valid_from, date)
    kind = LinkKind(str(values["kind"]))
    return NewLink(
        number=str(values["number"]),
        name=str(values["name"]),
        other_is_owner=values["direction"] == OWNER,
        kind=kind,
        percent=percent if kind is LinkKind.HOLDING else None,
        valid_from=valid_from,
        evidence=str(values["evidence"]),
    )


@router.post("/{application_id:int}/undertaking/end")
def office_undertaking_end(
    request: Request, posted: Posted, act: InAct, application_id: int
) -> Response:
    applicant = undertakings.applicant_of(act.session, act.actor, application_id)
    lines = undertakings.around(act.session, applicant.organisation_id).lines
    form = read(_end_fields(_own(act.actor, lines, ended=False)), posted)
    if not form.errors and form.values["how"] == OVER and form.values["valid_to"] is None:
        form = form.with_errors({"valid_to": N_("Enter the last day on which it held.")})
    if not form.errors:
        valid_to = form.values["valid_to"] if form.values["how"] == OVER else None
        assert valid_to is None or isinstance(valid_to, date)
        try:
            link_id = int(str(form.values["link"]))
            deeds.end(act, link_id, valid_to=valid_to, reason=str(form.values["reason"]))
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            return _back(request, application_id, N_("The link has ended."))
    return _show(request, Read(act.session, act.actor, act.now), applicant, end=form)


@router.post("/{application_id:int}/undertaking/restore")
def office_undertaking_restore(
    request: Request, posted: Posted, act: InAct, application_id: int
) -> Response:
    applicant = undertakings.applicant_of(act.session, act.actor, application_id)
    lines = undertakings.around(act.session, applicant.organisation_id).lines
    form = read(_restore_fields(_own(act.actor, lines, ended=True)), posted)
    if not form.errors:
        try:
            link_id = int(str(form.values["ended"]))
            deeds.restore(act, link_id, reason=str(form.values["why"]))
        except Invalid as problem:
            form = form.with_errors({"why": problem.fields["reason"]})
        else:
            return _back(request, application_id, N_("The link holds again."))
    return _show(request, Read(act.session, act.actor, act.now), applicant, restore=form)


def _own(actor: Actor, lines: Sequence[LinkLine], *, ended: bool) -> tuple[LinkLine, ...]:
    """Return what was recorded where this person checks applications: what holds, or has ended."""
    to = Permission.CHECK_APPLICATION
    return tuple(
        each for each in lines if each.is_ended is ended and may(actor, to, each.facts) is None
    )


def _links(name: str, lines: Sequence[LinkLine], missing: str) -> Field:
    options = tuple(
        Option(str(each.link_id), Verbatim(f"{each.owner_name} → {each.owned_name}"))
        for each in lines
    )
    return fields.choice(name, N_("Which link?"), options, missing=missing)


def _end_fields(open_ones: Sequence[LinkLine]) -> tuple[Field, ...]:
    return (
        _links("link", open_ones, N_("Choose the link that is over")),
        fields.one_of(
            "how",
            N_("What is it?"),
            (
                Option(OVER, N_("It is over")),
                Option(
                    NEVER,
                    N_("It was a mistake"),
                    hint=N_("It never held, and no aid counts by it on any day."),
                ),
            ),
            missing=N_("Choose whether it is over or was a mistake"),
        ),
        fields.date_of(
            "valid_to", N_("Last day on which it held"), hint=N_("Only where it is over.")
        ),
        fields.text(
            "reason",
            N_("What shows that it is over, or that it was a mistake?"),
            missing=N_("Write what shows it"),
            max_length=300,
        ),
    )


def _restore_fields(ended_ones: Sequence[LinkLine]) -> tuple[Field, ...]:
    return (
        _links("ended", ended_ones, N_("Choose the link that still holds")),
        fields.text(
            "why",
            N_("What shows that it still holds?"),
            missing=N_("Write what shows it"),
            max_length=300,
        ),
    )


def _show(
    request: Request,
    reader: Read,
    applicant: Applicant,
    new: Form | None = None,
    end: Form | None = None,
    restore: Form | None = None,
) -> HTMLResponse:
    today = reader.now.astimezone(ZONE).date()
    scheme = scheme_of(reader.session, applicant.call_id)
    those = undertakings.around(reader.session, applicant.organisation_id)
    lines, aid = those.lines, aid_known(reader.session, those, scheme, today)
    ceiling_cents = scheme.state_aid.ceiling_cents
    to_end = _own(reader.actor, lines, ended=False)
    to_restore = _own(reader.actor, lines, ended=True)
    page = UndertakingPage(
        form=new or end or restore or blank(()),
        new=new or blank(NEW),
        end=(end or blank(_end_fields(to_end))) if to_end else None,
        restore=(restore or blank(_restore_fields(to_restore))) if to_restore else None,
        applicant=applicant,
        links=tuple(LinkShown(each, _how(each), each.link.controls(today)) for each in lines),
        aid=aid,
        currency=scheme.currency,
        is_aid=_is_aid(scheme),
        ceiling_cents=ceiling_cents,
        years=scheme.state_aid.ceiling_years,
        left_cents=headroom_cents(ceiling_cents or 0, (line.aid for line in aid.lines)),
    )
    status = 422 if new or end or restore else 200
    return pages.render(request, "office/undertaking.html", page=page, status=status)


def _is_aid(scheme: Scheme) -> bool:
    return scheme.state_aid.regime is AidRegime.DE_MINIMIS


HOLDS = N_("Holds {percent} % of the votes")


def _how(line: LinkLine) -> str:
    if line.link.kind is LinkKind.HOLDING:
        return i18n.sentence(HOLDS, {"percent": line.link.percent})
    return i18n.gettext(KINDS[line.link.kind])


def _back(request: Request, application_id: int, notice: str) -> Response:
    return pages.redirect(
        request, "office_undertaking", application_id=application_id, notice=notice
    )
