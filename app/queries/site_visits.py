"""The visits to one application, with what a visit may lead to."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Application, Call, Organisation
from app.queries import visible
from app.queries.in_kind_facts import BEFORE_AWARD, NOT_CONFIRMED
from app.queries.in_kind_trail import VisitLine, visits_of
from app.queries.schemes import scheme_of
from app.rules.permissions import Actor, Facts, Permission
from app.rules.scheme_text import said

VISITED = ("submitted", "admitted", "assessed", "awarded")
REFUSED = ("submitted", "admitted", "assessed")


@dataclass(frozen=True, slots=True)
class VisitsPage:
    """`purpose` is what the scheme wants to see; `conditions` are (key, words) of its rules."""

    application_id: int
    reference: str
    title: str
    organisation: str
    state: str
    call_id: int
    call_code: str
    authority_id: int
    purpose: str
    conditions: tuple[tuple[str, str], ...]
    visits: tuple[VisitLine, ...]

    @property
    def facts(self) -> Facts:
        return Facts(authority_id=self.authority_id, call_id=self.call_id)

    @property
    def is_open(self) -> bool:
        return self.state in VISITED

    @property
    def may_refuse(self) -> bool:
        """True where the last visit before the award did not confirm the application."""
        before = [each for each in self.visits if each.purpose == BEFORE_AWARD]
        return self.state in REFUSED and bool(before) and before[0].result == NOT_CONFIRMED


def visits_page(session: Session, actor: Actor, application_id: int) -> VisitsPage:
    """Return the visits to staff who see applications or what is given in kind."""
    row = session.execute(
        select(
            Application.id, Application.reference, Application.title, Organisation.name,
            Application.state, Call.id, Call.code, Call.authority_id,
        )
        .join(Call, Call.id == Application.call_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(
            Application.id == application_id,
            Application.submitted_at.is_not(None),
            or_(
                visible.staff_scope(actor, Permission.SEE_APPLICATIONS),
                visible.staff_scope(actor, Permission.SEE_ASSETS),
            ),
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    scheme = scheme_of(session, row[5])
    language = scheme.languages[0]
    stage = next((each for each in scheme.stages if each.site_visit), None)
    conditions = {each.key: said(each.question, language) for each in scheme.eligibility}
    conditions |= {
        each.key: said(each.question, language) for each in (stage.checklist if stage else ())
    }
    purpose = said(stage.site_visit.purpose, language) if stage and stage.site_visit else ""
    values: list[Any] = list(row)  # Any: the columns of VisitsPage
    values += [purpose, tuple(conditions.items()), visits_of(session, application_id)]
    return VisitsPage(*values)
