"""Co-applicants that an application names: what is told of each, and what is wrong with it.

They are rows of the question that carries the fact `co_applicants`. A column says by its
own fact what it tells: `partner_name`, `partner_type` (a kind of applicant), `partner_country`
(a code, Serbia where nobody asks), `partner_role`, `partner_share` (an amount of the costs)
and `identifier_SCHEME` for a number of that kind (`identifier_PIB`). Columns without such a
fact are kept and shown, nothing more.

Sources: handbook 1.1 (co-applicant), 1.5 (limits of a call), 4.1 (numbers).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.rules.applicants import ApplicantType, type_name
from app.rules.identifiers import check_identifier
from app.rules.messages import Message
from app.rules.scheme_form import Question

NAME, TYPE, COUNTRY = "partner_name", "partner_type", "partner_country"
ROLE, SHARE, IDENTIFIER = "partner_role", "partner_share", "identifier_"
HOME = "RS"
FACTS = frozenset({NAME, TYPE, COUNTRY, ROLE, SHARE})


@dataclass(frozen=True, slots=True)
class Partner:
    """One row; `numbers` are (scheme, as typed), `share_cents` None where nobody asks."""

    place: int
    name: str = ""
    kind: str = ""
    country: str = HOME
    role: str = ""
    share_cents: int | None = None
    numbers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Admitted:
    """What the call says of co-applicants. `types` empty admits every kind.

    `lead_numbers` are the lead's own, as stored: nobody is a partner of itself.
    """

    most: int | None = None
    types: tuple[str, ...] = ()
    lead_numbers: frozenset[tuple[str, str]] = frozenset()
    total_cents: int | None = None


def partners_of(question: Question | None, answer: object) -> tuple[Partner, ...]:
    """Return the rows as partners, in their order; rows that were never touched are left out."""
    if question is None or not isinstance(answer, Sequence) or isinstance(answer, str):
        return ()
    return tuple(
        _partner(place, question, row)
        for place, row in enumerate(answer)
        if isinstance(row, Mapping) and any(row.values())
    )


def findings(question: Question, answer: object, admitted: Admitted) -> Iterator[Message]:
    """Check what is there; what is still missing is said by the form itself."""
    listed = partners_of(question, answer)
    if admitted.most is not None and len(listed) > admitted.most:
        values: dict[str, object] = {"most": admitted.most, "number": len(listed)}
        yield Message("readiness.co_applicants_many", values, question.key)
    seen = dict.fromkeys(admitted.lead_numbers, "readiness.partner_is_lead")
    columns = {column.fact: column.key for column in question.columns}
    for partner in listed:
        yield from _of_one(question, columns, partner, admitted, seen)
    yield from _shares(question, listed, admitted.total_cents)


def _of_one(
    question: Question,
    columns: Mapping[str, str],
    partner: Partner,
    admitted: Admitted,
    seen: dict[tuple[str, str], str],
) -> Iterator[Message]:
    if partner.kind and admitted.types and partner.kind not in admitted.types:
        kind = (
            type_name(partner.kind) if partner.kind in ApplicantType.__members__ else partner.kind
        )
        at = f"{question.key}[{partner.place}].{columns[TYPE]}"
        yield Message("readiness.partner_kind", {"kind": kind}, at)
    for scheme, typed in partner.numbers:
        at = f"{question.key}[{partner.place}].{columns[IDENTIFIER + scheme]}"
        found = check_identifier(partner.country, scheme, typed)
        said = next(iter(found.blocking), None)
        if said is not None:
            yield Message(said.code, said.values, at)
        elif (scheme, found.normal) in seen:
            values: dict[str, object] = {"number": found.normal}
            yield Message(seen[scheme, found.normal], values, at)
        else:
            seen[scheme, found.normal] = "readiness.partner_twice"


def _shares(
    question: Question, listed: tuple[Partner, ...], total_cents: int | None
) -> Iterator[Message]:
    shares_cents = sum(partner.share_cents or 0 for partner in listed)
    if total_cents is not None and shares_cents > total_cents:
        values: dict[str, object] = {"shares_cents": shares_cents, "total_cents": total_cents}
        yield Message("readiness.partner_shares", values, question.key)


def _partner(place: int, question: Question, row: Mapping[str, object]) -> Partner:
    told = {column.fact: row.get(column.key) for column in question.columns if column.fact}
    share = told.get(SHARE)
    return Partner(
        place=place,
        # Templates that were published before facts stood at columns call it so.
        name=_text(told.get(NAME, row.get("name"))),
        kind=_text(told.get(TYPE, row.get("type"))),
        country=_text(told.get(COUNTRY)) or HOME,
        role=_text(told.get(ROLE)),
        share_cents=share if isinstance(share, int) and not isinstance(share, bool) else None,
        numbers=tuple(
            (fact.removeprefix(IDENTIFIER), _text(value))
            for fact, value in told.items()
            if fact.startswith(IDENTIFIER) and _text(value)
        ),
    )


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
