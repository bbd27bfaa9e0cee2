"""A call that gives equipment: who applies, read from the library, and how they apply."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

from app import registers
from app.actions import applications, applications_submit, organisations
from app.actions.act import Act
from app.actions.applications import NewLine, NewSource
from app.actions.passwords import hashed
from app.demo.answers import Subject, answers_of
from app.demo.applying import Begun, begin
from app.demo.cast import Stage as World
from app.demo.cast import invented_pib, new_person
from app.demo.starting import Playing
from app.demo.world import FOLDER, PlannedApplication, PlannedCall
from app.queries import demo as rows
from app.rules.money import parse_cents
from app.rules.scheme import Scheme
from app.rules.scheme_money import SourceKind
from app.rules.scheme_text import said

# Beside the numbers of the town halls, so that no two organisations share one.
FIRST_NUMBER = 500


@dataclass(frozen=True, slots=True)
class Trader:
    key: str
    name: str
    place: str
    person: str
    email: str
    kind: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Another trader that holds so many votes of a firm, and what shows it."""

    trader: str
    percent: str
    evidence: str


@dataclass(frozen=True, slots=True)
class PlannedGift:
    """One application: the marks of each assessor on every question, what it asks, how far.

    `quotes` is the day on which quotes were collected, counted from the base day.
    """

    trader: str
    title: str
    requested: str
    marks: tuple[int, ...]
    items: tuple[tuple[str, str], ...]
    far: str
    quotes: int = 0
    owner: Owner | None = None


@dataclass(frozen=True, slots=True)
class Gifts:
    """`supplier` is whose account is known, and why it tells another one; empty for nobody."""

    call: PlannedCall
    lot: str
    traders: tuple[Trader, ...]
    applications: tuple[PlannedGift, ...]
    answers: dict[str, str]
    supplier: dict[str, str]


@cache
def gifts() -> tuple[Gifts, ...]:
    """Return the calls that give equipment: one buys for everybody, in one each asks for quotes."""
    return tuple(_gifts(name) for name in ("in_kind.toml", "buying.toml"))


def _gifts(name: str) -> Gifts:
    told = tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
    return Gifts(
        call=PlannedCall(**told["call"]),
        lot=told["lot"],
        traders=tuple(Trader(**each) for each in told["traders"]),
        applications=tuple(
            PlannedGift(
                **{
                    **each,
                    "marks": tuple(each["marks"]),
                    "items": tuple((what, price) for what, price in each["items"]),
                    "owner": Owner(**each["owner"]) if "owner" in each else None,
                }
            )
            for each in told["applications"]
        ),
        answers=told["answers"],
        supplier=told.get("supplier", {}),
    )


def trader_of(key: str) -> Trader:
    return next(each for each in _all() if each.key == key)


def number_of(key: str) -> int:
    """Return the number from which a trader's tax number is made."""
    return FIRST_NUMBER + [each.key for each in _all()].index(key)


def asking() -> tuple[Trader, ...]:
    """Return those who still hand in quotes."""
    asked = {each.trader for told in gifts() for each in told.applications if each.far == "asking"}
    return tuple(each for each in _all() if each.key in asked)


def _all() -> tuple[Trader, ...]:
    return tuple(each for told in gifts() for each in told.traders)


def settle(world: World, traders: Sequence[Trader], at: datetime) -> None:
    """Register each trader with one person, as they would themselves."""
    password = hashed(world.world.password)
    for each in traders:
        with world.acting(None, at) as act:
            world.clerks[each.key] = new_person(act, each.person, each.email, password).id
        with world.acting(world.clerks[each.key], at) as act:
            world.towns[each.key] = _registered(act, each, number_of(each.key))


def _registered(act: Act, trader: Trader, number: int) -> int:
    place = registers.local_government(trader.place)
    if place is None:
        raise KeyError(f"{trader.place} is not in the register of local governments")
    text = organisations.OrganisationText(
        name=trader.name,
        applicant_type=trader.kind,
        place=trader.place,
        address=f"Glavna {number - FIRST_NUMBER + 7}",
        postcode=f"{22000 + number}",
        city=place.name_latn,
        email=trader.email,
        phone=f"+381 60 555 {number:04d}",
        representative_name=trader.person,
        representative_title="Owner",
    )
    found = organisations.register(act, text, [("PIB", invented_pib(number))], confirmed=True)
    if found is None:
        raise ValueError(f"{trader.name} is registered already")
    return found


def apply(play: Playing, told: Gifts, planned: PlannedGift, number: int) -> Begun:
    """Begin, fill and send in one application, within the days of the call."""
    world, call, scheme = play.world, told.call, play.scheme
    one = PlannedApplication(told.lot, planned.trader, planned.title, planned.requested)
    begun = begin(world, play.call_id, one, world.at(call.opens + 2, 9, number), number)
    stage, clerk = scheme.stages[0], world.clerks[planned.trader]
    at = world.at(call.closes - 2, 11, number)
    with world.acting(clerk, at) as act:
        entry_id = rows.entry_id(act.session, begun.application_id, play.stage_ids[stage.key])
        subject = Subject("", "", planned.title, parse_cents(planned.requested), at.date())
        for key, answers in answers_of(stage, subject):
            given = {name: told.answers.get(name, value) for name, value in answers.items()}
            applications.save_section(act, entry_id, key, given)
        applications.save_budget(act, entry_id, *_budget(scheme, planned))
        for document in stage.documents:
            if document.required:
                paper = play.papers.file(said(document.title, scheme.languages[0]), subject)
                applications.attach(act, entry_id, document.key, paper)
    received_at = at + timedelta(minutes=9)
    with world.acting(clerk, received_at) as act:
        applications_submit.submit(act, entry_id, received_at=received_at, submitted_by=clerk)
    return begun


def _budget(scheme: Scheme, planned: PlannedGift) -> tuple[list[NewLine], list[NewSource]]:
    """Return one line for each thing; what the grant does not pay is the own share."""
    rules = scheme.budget
    assert rules is not None
    lines = [
        NewLine(
            heading=rules.headings[0].code,
            description=what,
            units=Decimal(1),
            unit_value_cents=parse_cents(price),
            unit="piece",
        )
        for what, price in planned.items
    ]
    grant_cents = parse_cents(planned.requested)
    own_cents = sum(line.unit_value_cents for line in lines) - grant_cents
    amounts = {SourceKind.GRANT: grant_cents, SourceKind.OWN: own_cents}
    sources = [
        NewSource(kind=each.code, name="", amount_cents=amounts[each.kind])
        for each in rules.sources
    ]
    return lines, sources
