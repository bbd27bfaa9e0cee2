"""What happens beside the calls: a letterhead, an invitation, wishes to join, a stand-in."""

from datetime import timedelta

from app.actions import authority_accounts, organisations, organisations_contact, people, stand_ins
from app.actions.authority_accounts import Account
from app.actions.passwords import hashed
from app.actions.stand_ins import NewStandIn
from app.demo.answers import Subject
from app.demo.cast import AUTHORITY, iban, new_person
from app.demo.cast import Stage as World
from app.demo.papers import Papers
from app.demo.world import FOLDER
from app.documents.pictures import MEDIA_TYPE, letterhead_picture
from app.queries import demo as rows
from app.rules.permissions import Role


def letterhead(world: World, papers: Papers, day: int) -> None:
    """The administrator puts the picture of the authority on its letters."""
    picture = letterhead_picture((FOLDER / "letterhead.png").read_bytes())
    assert isinstance(picture, bytes)
    kept = papers.store.keep(picture)
    with world.acting("admin", world.at(day)) as act:
        people.set_logo(act, world.authority_id, kept.sha256, MEDIA_TYPE)


def first_account(world: World, day: int) -> None:
    """The account of the authority: an administrator enters it, another person confirms it."""
    told = world.world
    account = Account(iban(AUTHORITY), "", told.authority["name"], told.account["first_reason"])
    with world.acting("admin", world.at(day)) as act:
        key = authority_accounts.propose(act, world.authority_id, account)
    with world.acting("approver", world.at(day, 15)) as act:
        authority_accounts.confirm(act, key)


def _account(told: dict[str, str]) -> Account:
    return Account(told["iban"], told["bic"], told["holder"], told["reason"])


def staff(world: World) -> None:
    """Somebody is invited, an account is proposed, somebody stands in for a colleague."""
    told = world.world
    with world.acting("admin", world.at(-3)) as act:
        invited = told.invitation
        people.invite(act, world.authority_id, email=invited["email"], role=Role(invited["role"]))
    with world.acting("admin", world.at(-1, 8)) as act:
        authority_accounts.propose(act, world.authority_id, _account(told.account))
    with world.acting("admin", world.at(-1)) as act:
        first = world.at(1).date()
        absent, present = (world.users[told.stand_in[each]] for each in ("absent", "present"))
        new = NewStandIn(
            Role(told.stand_in["role"]), absent, present, first, first + timedelta(days=9),
            told.stand_in["reason"],
        )  # fmt: skip
        stand_ins.give(act, world.authority_id, new)


def wishes(world: World, papers: Papers) -> None:
    """People ask to join a town hall; whose contact is gone turns to the authority."""
    password = hashed(world.world.password)
    for wish in world.world.wishes:
        at = world.at(wish.on, 10)
        with world.acting(None, at) as act:
            user_id = new_person(act, wish.name, wish.email, password).id
        with world.acting(user_id, at + timedelta(minutes=3)) as act:
            numbers = [("PIB", world.numbers[wish.place])]
            organisations.ask_to_join(act, "RS", numbers, wish.place)
        if not wish.help:
            continue
        subject = Subject(wish.place, wish.place, wish.name, 0, at.date())
        letter = papers.file("Letter of the mayor", subject)
        with world.acting(user_id, at + timedelta(days=4)) as act:
            organisations_contact.ask_authority(
                act,
                rows.wish_of(act.session, user_id),
                authority_id=world.authority_id,
                text=wish.help,
                file=letter,
            )
