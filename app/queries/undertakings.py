"""Which organisations are one undertaking with another, by the links that were recorded."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Application,
    Authority,
    Call,
    Organisation,
    OrganisationIdentifier,
    OwnershipLink,
)
from app.queries import visible
from app.rules.permissions import Actor, Facts, Permission
from app.rules.scheme_direct import parted, written
from app.rules.undertakings import Link, LinkKind, undertaking


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One link as it was recorded; `link` says it between the keys of `Around`.

    `facts` are those of the application with which it was recorded, at `authority`.
    """

    link_id: int
    facts: Facts
    authority: str
    owner_name: str
    owned_name: str
    evidence: str
    end_reason: str
    is_ended: bool
    link: Link

    @property
    def never_held(self) -> bool:
        """It was recorded by mistake: its last day lies before its first."""
        return self.link.valid_to is not None and self.link.valid_to < self.link.valid_from


@dataclass(frozen=True, slots=True)
class Around:
    """All links that lead to an organisation, over any number of steps, in force or not.

    A key is the organisation's where the number is registered here, else the number itself;
    `names` are by key, `organisation_ids` of those that are registered.
    """

    key: str
    lines: tuple[LinkLine, ...]
    names: Mapping[str, str]
    organisation_ids: Mapping[str, int]

    def undertaking(self, on: date) -> tuple[str, ...]:
        """Return the keys of the single undertaking on a day, this organisation first."""
        found = undertaking(self.key, (each.link for each in self.lines), on)
        return (self.key, *sorted(found - {self.key}))

    def members(self, on: date) -> tuple[int, ...]:
        """Return the organisations of it that are registered here, in order of their ids."""
        known = self.organisation_ids
        return tuple(sorted(known[key] for key in self.undertaking(on) if key in known))


@dataclass(frozen=True, slots=True)
class Known:
    """Whose each number is, and the names of those organisations; both grow."""

    whose: dict[str, int]
    names: dict[int, str]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A link, and of which call and authority the application is that it was recorded with."""

    row: OwnershipLink
    facts: Facts
    authority: str


def around(session: Session, organisation_id: int) -> Around:
    """Return what is linked with an organisation that was found by a query that asked."""
    rows, known = _linked(session, {organisation_id})
    return _around(organisation_id, rows, known)


def around_all(session: Session, organisation_ids: Collection[int]) -> dict[int, Around]:
    """Return the same of many, with the links of all of them asked for together."""
    rows, known = _linked(session, organisation_ids)
    if not rows:
        return {key: _around(key, [], Known({}, {key: known.names[key]})) for key in known.names}
    whole = _around(0, rows, known)
    return {key: replace(whole, key=_key(key)) for key in organisation_ids}


def _linked(session: Session, organisation_ids: Collection[int]) -> tuple[list[Recorded], Known]:
    """Return the links that lead to any of these, and whose the numbers are."""
    known = Known({}, {})
    rows: dict[int, Recorded] = {}
    asked: set[str] = set()
    fresh = _numbers(session, set(organisation_ids), known)
    while fresh:
        asked |= fresh
        found = _touching(session, fresh)
        rows |= {recorded.row.id: recorded for recorded in found}
        ends = {end for each in found for end in (each.row.owner, each.row.owned)}
        # What was asked about before is known here, or nobody's.
        others = set(organisations_of(session, ends - asked - known.whose.keys()).values())
        fresh = (ends | _numbers(session, others, known)) - asked
    return list(rows.values()), known


def _touching(session: Session, numbers: Collection[str]) -> list[Recorded]:
    rows = session.execute(
        select(OwnershipLink, Call.id, Authority.id, Authority.name)
        .join(Application, Application.id == OwnershipLink.application_id)
        .join(Call, Call.id == Application.call_id)
        .join(Authority, Authority.id == Call.authority_id)
        .where(or_(OwnershipLink.owner.in_(numbers), OwnershipLink.owned.in_(numbers)))
        .order_by(OwnershipLink.id)
        # Who waited for the lock reads what another has written meanwhile, not what was kept.
        .execution_options(populate_existing=True)
    )
    return [
        Recorded(row, Facts(authority_id=authority_id, call_id=call_id), name)
        for row, call_id, authority_id, name in rows
    ]


def _around(organisation_id: int, rows: list[Recorded], known: Known) -> Around:
    names: dict[str, str] = {}
    for each in rows:
        names |= {each.row.owner: each.row.owner_name, each.row.owned: each.row.owned_name}
    return Around(
        key=_key(organisation_id),
        lines=tuple(_line(each, known.whose) for each in sorted(rows, key=lambda one: one.row.id)),
        names=names | {_key(each): name for each, name in known.names.items()},
        organisation_ids={_key(each): each for each in known.names},
    )


def _line(recorded: Recorded, whose: Mapping[str, int]) -> LinkLine:
    row = recorded.row
    owner, owned = (
        _key(whose[number]) if number in whose else number for number in (row.owner, row.owned)
    )
    percent = None if row.percent is None else Fraction(row.percent)
    link = Link(owner, owned, LinkKind(row.kind), percent, row.valid_from, row.valid_to)
    ended = row.ended_at is not None
    return LinkLine(
        row.id, recorded.facts, recorded.authority, row.owner_name, row.owned_name, row.evidence,
        row.end_reason, ended, link,
    )  # fmt: skip


def _key(organisation_id: int) -> str:
    return f"organisation {organisation_id}"


def _numbers(session: Session, organisation_ids: Collection[int], known: Known) -> set[str]:
    """Return the numbers of organisations, and note whose they are."""
    if not organisation_ids:
        return set()
    number = OrganisationIdentifier
    rows = session.execute(
        select(
            Organisation.id, Organisation.name, number.country, number.scheme, number.number
        )
        .outerjoin(number, number.organisation_id == Organisation.id)
        .where(Organisation.id.in_(organisation_ids))
    )  # fmt: skip
    found: set[str] = set()
    for key, name, *parts in rows:
        known.names[key] = name
        if parts[-1] is not None:
            found.add(written(":".join(parts)))
            known.whose[written(":".join(parts))] = key
    return found


def organisations_of(session: Session, numbers: Collection[str]) -> dict[str, int]:
    """Return the organisation of each number that is registered here."""
    if not numbers:
        return {}
    number = OrganisationIdentifier
    last = [parted(each)[2] for each in numbers]
    rows = session.execute(
        select(number.organisation_id, number.country, number.scheme, number.number)
        .where(number.number.in_(last))
    )  # fmt: skip
    found = {written(":".join(parts)): key for key, *parts in rows}
    return {each: found[each] for each in numbers if each in found}


@dataclass(frozen=True, slots=True)
class Applicant:
    """Whose undertaking it is, and the call by whose ceiling aid is counted."""

    application_id: int
    reference: str
    organisation_id: int
    organisation: str
    call_id: int
    facts: Facts


def applicant_of(session: Session, actor: Actor, application_id: int) -> Applicant:
    """Return the applicant of an application for who may see it."""
    row = session.execute(
        select(
            Application.id, Application.reference, Organisation.id, Organisation.name, Call.id,
            Call.authority_id,
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Application.id == application_id,
            Application.submitted_at.is_not(None),
            visible.staff_scope(actor, Permission.SEE_APPLICATIONS),
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    key, reference, organisation_id, name, call_id, authority_id = row
    facts = Facts(authority_id=authority_id, call_id=call_id)
    return Applicant(key, reference, organisation_id, name, call_id, facts)


def number_of(session: Session, organisation_id: int) -> str:
    """Return the number by which links name an organisation, empty where it has none."""
    return min(_numbers(session, {organisation_id}, Known({}, {})), default="")


def application_of_link(session: Session, link_id: int) -> int:
    query = select(OwnershipLink.application_id).where(OwnershipLink.id == link_id)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found
