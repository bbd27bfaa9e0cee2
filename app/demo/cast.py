"""Who plays in the demo world: an authority, its staff, town halls with their clerks."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from app import registers
from app.actions import organisations
from app.actions.act import Act
from app.actions.passwords import hashed
from app.db import Sessions, in_transaction
from app.demo.world import Staff, World
from app.models import Authority, StaffRole, User
from app.queries.actors import actor_of
from app.rules.applicants import ApplicantType
from app.rules.deadlines import ZONE
from app.rules.permissions import SYSTEM, Actor, Permission, Role
from app.rules.search_text import search_text

_NAMES = (
    "Jovan Petković", "Marija Lazić", "Nenad Stojanović", "Ljiljana Vasić", "Goran Ilić",
    "Tamara Đokić", "Saša Mihajlović", "Dušica Pavlović", "Zoran Čolić", "Olivera Šarić",
)  # fmt: skip


@dataclass(slots=True)
class Stage:
    """Where the story is played: the database, the base day, and everybody's ids.

    `known` are those who have a role or an organisation: nobody of the story gets a second one.
    """

    sessions: Sessions
    base_day: date
    world: World
    authority_id: int = 0
    users: dict[str, int] = field(default_factory=dict)
    clerks: dict[str, int] = field(default_factory=dict)
    towns: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    known: dict[int, Actor] = field(default_factory=dict)

    def at(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """Return a moment so many days from the base day, local time in, UTC out."""
        day = self.base_day + timedelta(days=days)
        return datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC)

    @contextmanager
    def acting(self, who: str | int | None, at: datetime) -> Iterator[Act]:
        """Open an act of a role of the staff, of a user, or of the system, at a moment."""
        user_id = self.users[who] if isinstance(who, str) else who
        with in_transaction(self.sessions) as session:
            actor = SYSTEM if user_id is None else self._actor(session, user_id)
            yield Act(session=session, actor=actor, now=at)

    def _actor(self, session: Session, user_id: int) -> Actor:
        actor = self.known.get(user_id) or actor_of(session, user_id)
        if actor.roles or actor.organisation_ids:
            self.known[user_id] = actor
        return actor


def gather(stage: Stage, at: datetime) -> None:
    """Create the authority and its staff; roles are keys of `stage.users` ("manager2" too)."""
    with stage.acting(None, at) as act:
        authority = Authority(**stage.world.authority)
        act.create(authority, to=Permission.CREATE_AUTHORITY)
        stage.authority_id = authority.id
        # One hash for all: Argon2 is slow on purpose, and the password is no secret here.
        password = hashed(stage.world.password)
        for each in stage.world.staff:
            stage.users[each.email.partition("@")[0]] = _person(act, each, authority.id, password)


def _person(act: Act, staff: Staff, authority_id: int, password: str) -> int:
    user = new_person(act, staff.name, staff.email, password)
    for role in staff.roles:
        everywhere = role == Role.ADMIN.value
        row = StaffRole(
            user_id=user.id,
            authority_id=None if everywhere else authority_id,
            role=role,
            given_at=act.now,
        )
        act.create(row, to=Permission.MANAGE_AUTHORITY)
    if Role.ADMIN.value in staff.roles:
        row = StaffRole(
            user_id=user.id, authority_id=authority_id, role=Role.ADMIN.value, given_at=act.now
        )
        act.create(row, to=Permission.MANAGE_AUTHORITY)
    return user.id


def new_person(act: Act, name: str, email: str, password: str) -> User:
    user = User(
        name=name,
        email=email,
        password_hash=password,
        email_proven_at=act.now,
        created_at=act.now,
    )
    act.create(user, to=Permission.MANAGE_AUTHORITY)
    return user


def settle_towns(stage: Stage, places: Iterable[str], at: datetime) -> None:
    """Register each place's town hall by its clerk, as a clerk would."""
    numbered = [(_number_of(stage, key), key) for key in places]
    with stage.acting(None, at) as act:
        password = hashed(stage.world.password)
        for number, key in numbered:
            name = _NAMES[number % len(_NAMES)]
            stage.clerks[key] = new_person(act, name, clerk_email(key), password).id
    for number, key in numbered:
        with stage.acting(stage.clerks[key], at) as act:
            stage.towns[key] = _town(act, key, number)


def tax_number(stage: Stage, place: str) -> str:
    """Return the tax number of a town hall, which has one before it has an account here."""
    _number_of(stage, place)
    return stage.numbers[place]


def _number_of(stage: Stage, place: str) -> int:
    """Return the place of a town in the order in which the story names them."""
    stage.numbers.setdefault(place, invented_pib(len(stage.numbers)))
    return list(stage.numbers).index(place)


def clerk_email(place: str) -> str:
    return f"clerk@{search_text(place).replace(' ', '-')}.example"


def town_hall(place: registers.LocalGovernment) -> str:
    is_city = place.kind.value != "municipality"
    return f"{'City' if is_city else 'Municipality'} of {place.name_latn}"


def _town(act: Act, key: str, number: int) -> int:
    place = registers.local_government(key)
    if place is None:
        raise KeyError(f"{key} is not in the register of local governments")
    is_city = place.kind.value != "municipality"
    text = organisations.OrganisationText(
        name=town_hall(place),
        applicant_type=ApplicantType.LSG_CITY if is_city else ApplicantType.LSG_MUNICIPALITY,
        place=key,
        address=f"Trg slobode {number + 1}",
        postcode=f"{11000 + 173 * (number + 1)}",
        city=place.name_latn,
        email=f"office@{key}.example",
        phone=f"+381 10 555 {number:02d} 00",
        representative_name=_NAMES[(number + 3) % len(_NAMES)],
        representative_title="Mayor" if is_city else "President of the municipality",
    )
    numbers = [("PIB", invented_pib(number)), ("MB", _mb(number))]
    found = organisations.register(act, text, numbers, confirmed=True)
    if found is None:
        raise ValueError(f"{key} is registered already")
    return found


def invented_pib(number: int) -> str:
    """Return an invented tax number with the right check digit (ISO 7064 mod 11,10)."""
    digits = f"{99_100_000 + number:08d}"
    product = 10
    for digit in digits:
        product = 2 * ((int(digit) + product) % 10 or 10) % 11
    return f"{digits}{(11 - product) % 10}"


def _mb(number: int) -> str:
    """Return an invented registry number with its check digit (handbook 4.1)."""
    digits = f"{9_900_000 + number:07d}"
    weighted = sum(int(d) * w for d, w in zip(digits, (2, 7, 6, 5, 4, 3, 2), strict=True))
    return f"{digits}{-weighted % 11 % 10}"


# The number of the authority's own account; those of places begin with 0.
AUTHORITY = 9_999


def iban(number: int) -> str:
    """Return an invented account at the treasury with the right check digits (handbook 4.2)."""
    account = f"840{9_900_000_000_000 + number * 97:013d}"[:16]
    check = 98 - int(account) * 100 % 97
    return f"RS35{account}{check:02d}"
