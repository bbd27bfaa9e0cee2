"""Organisations: the first is contact, who comes later learns nothing and is admitted or not."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.actions import organisations
from app.actions.organisations import OrganisationText
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import AuditEntry, Mail, Membership, Organisation, OrganisationIdentifier
from app.queries.actors import actor_of
from app.queries.organisations import (
    join_requests,
    organisation_page,
    own_organisations,
)
from app.rules.messages import Message
from tests.make.people import act_as, make_organisation, make_user

PIB, MB = ("PIB", "101134702"), ("MB", "07461429")
FIRM = OrganisationText(name="Drina d.o.o.", applicant_type="SME", city="Loznica", place="loznica")


def town(**more: str) -> OrganisationText:
    values = {"name": "Šabac", "applicant_type": "LSG_CITY", "place": "sabac", "city": "Šabac"}
    return OrganisationText(**{**values, **more})


def count(session, model) -> int:
    return session.execute(select(func.count()).select_from(model)).scalar_one()


def membership_id(session, user) -> int:
    query = select(Membership.id).where(Membership.user_id == user.id)
    return session.execute(query).scalar_one()


def test_first_to_register_is_the_contact_and_the_register_fills_the_place(session) -> None:
    ana = make_user(session)

    found = organisations.register(act_as(session, ana), town(), [PIB, MB])

    page = organisation_page(session, actor_of(session, ana.id), found)
    details = page.details
    assert (details.municipality, details.region, details.district) == (
        "Šabac",
        "RS21",
        "Mačvanski",
    )
    assert (details.register_code, details.identifiers) == ("sabac", (MB, PIB))
    assert ([member.role for member in page.members], page.is_contact) == (["contact"], True)
    assert session.get(Organisation, found).search_text == "sabac sabac sabac"


def test_numbers_are_stored_as_digits_however_they_were_typed(session) -> None:
    act = act_as(session, make_user(session))

    organisations.register(act, FIRM, [("PIB", " RS 101-134.702 "), ("MB", "")])

    numbers = session.execute(select(OrganisationIdentifier.number)).scalars().all()
    assert numbers == ["101134702"]


def test_a_number_of_no_country_is_held_by_one_organisation_in_the_world(session) -> None:
    first, second = (act_as(session, make_user(session)) for _ in range(2))
    here, there = (replace(FIRM, country=country, place="") for country in ("HU", "HR"))

    held = organisations.register(first, here, [("PIC", "999 999 999")])
    refused = organisations.register(second, there, [("PIC", "999999999")])
    other = organisations.register(second, there, [("PIC", "999999998")])

    assert (held is None, refused, other is None) == (False, None, False)


def test_wrong_pib_blocks_with_its_reason(session) -> None:
    act = act_as(session, make_user(session))

    with pytest.raises(Invalid) as refused:
        organisations.register(act, FIRM, [("PIB", "101134703"), MB], confirmed=True)

    said = Message("identifier.check_digit", {"number": "101134703", "scheme": "PIB"})
    assert refused.value.fields == {"number_PIB": said}


def test_unusual_registry_number_only_has_to_be_confirmed(session) -> None:
    act = act_as(session, make_user(session))
    odd = ("MB", "07461428")

    with pytest.raises(Invalid) as refused:
        organisations.register(act, FIRM, [PIB, odd])
    found = organisations.register(act, FIRM, [PIB, odd], confirmed=True)

    said = Message("identifier.check_digit_unsure", {"number": "07461428", "scheme": "MB"})
    assert (refused.value.fields, found is not None) == ({"number_MB": said}, True)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (FIRM, [("PIB", "100002887"), MB]),
        (FIRM, [PIB]),
        (town(), [("PIB", "100002887")]),
    ],
)
def test_second_with_a_number_or_a_place_gets_nothing(session, text, numbers) -> None:
    organisations.register(act_as(session, make_user(session)), town(), [PIB, MB])
    eva = make_user(session)

    found = organisations.register(act_as(session, eva), text, numbers)

    assert (found, count(session, Organisation)) == (None, 1)
    assert own_organisations(session, actor_of(session, eva.id)).lines == ()


def test_two_firms_of_one_town_are_two(session) -> None:
    one = organisations.register(act_as(session, make_user(session)), FIRM, [PIB])
    other = organisations.register(
        act_as(session, make_user(session)), FIRM, [("PIB", "100002887")]
    )

    assert len({one, other, None}) == 3


def test_who_asks_sees_nothing_until_the_contact_admits(session) -> None:
    ana, eva = make_user(session), make_user(session, name="Eva Ević")
    found = organisations.register(act_as(session, ana), town(), [PIB])
    organisations.ask_to_join(act_as(session, eva), "RS", [PIB])

    with pytest.raises(NotFound):
        organisation_page(session, actor_of(session, eva.id), found)
    waiting = join_requests(session, actor_of(session, ana.id))
    organisations.admit(act_as(session, ana), waiting[0].id)

    page = organisation_page(session, actor_of(session, eva.id), found)
    assert [(each.person, each.organisation) for each in waiting] == [("Eva Ević", "Šabac")]
    assert [member.role for member in page.members] == ["contact", "member"]
    assert page.is_contact is False


def test_contact_and_person_are_told_by_mail(session) -> None:
    ana = make_user(session, email="ana@sabac.example")
    eva = make_user(session, name="Eva", email="eva@sabac.example")
    organisations.register(act_as(session, ana), town(), [PIB])
    organisations.ask_to_join(act_as(session, eva), "RS", [], "sabac")
    organisations.refuse(act_as(session, ana), membership_id(session, eva))

    mails = session.execute(select(Mail.to, Mail.subject).order_by(Mail.id)).all()
    assert [tuple(each) for each in mails] == [
        ("ana@sabac.example", "Eva asks to join Šabac"),
        ("eva@sabac.example", "Your wish to join an organisation was refused"),
    ]


def test_refused_mail_and_list_do_not_name_the_organisation(session) -> None:
    ana, eva = make_user(session), make_user(session)
    organisations.register(act_as(session, ana), town(name="Secret Town"), [PIB])
    organisations.ask_to_join(act_as(session, eva), "RS", [PIB])
    organisations.refuse(act_as(session, ana), membership_id(session, eva))

    own = own_organisations(session, actor_of(session, eva.id))
    body = session.execute(select(Mail.body).order_by(Mail.id.desc()).limit(1)).scalar_one()
    assert ("Secret" in body, own.lines, [wish.state for wish in own.wishes]) == (
        False, (), ["refused"],
    )  # fmt: skip


def test_asking_twice_is_a_conflict_and_asking_after_a_refusal_is_not(session) -> None:
    ana, eva = make_user(session), make_user(session)
    organisations.register(act_as(session, ana), town(), [PIB])
    organisations.ask_to_join(act_as(session, eva), "RS", [PIB])

    with pytest.raises(Conflict):
        organisations.ask_to_join(act_as(session, eva), "RS", [PIB])
    organisations.refuse(act_as(session, ana), membership_id(session, eva))
    organisations.ask_to_join(act_as(session, eva), "RS", [PIB])

    assert session.get(Membership, membership_id(session, eva)).state == "asked"


def test_number_that_nobody_has_cannot_be_joined(session) -> None:
    with pytest.raises(NotFound):
        organisations.ask_to_join(act_as(session, make_user(session)), "RS", [PIB])


def test_nobody_admits_themselves_and_members_admit_nobody(session) -> None:
    ana, eva, ivo = (make_user(session) for _ in range(3))
    make_organisation(session, contact=ana, members=[ivo], numbers=[PIB])
    organisations.ask_to_join(act_as(session, eva), "RS", [PIB])
    wish = membership_id(session, eva)

    with pytest.raises(NotFound):
        organisations.admit(act_as(session, eva), wish)
    with pytest.raises(Forbidden):
        organisations.admit(act_as(session, ivo), wish)


def test_member_changes_the_address_but_not_the_numbers(session) -> None:
    ana, ivo = make_user(session), make_user(session)
    organisation = make_organisation(
        session, contact=ana, members=[ivo], numbers=[PIB], applicant_type="SME"
    )
    text = OrganisationText(name="Drina", applicant_type="SME", city="Užice")

    organisations.change(act_as(session, ivo), organisation.id, text, [PIB])
    with pytest.raises(Forbidden):
        organisations.change(act_as(session, ivo), organisation.id, text, [("PIB", "100002887")])

    assert organisation.city == "Užice"


def test_number_of_another_organisation_cannot_be_taken_over(session) -> None:
    ana = make_user(session)
    mine = make_organisation(session, contact=ana, applicant_type="SME")
    make_organisation(session, contact=make_user(session), numbers=[PIB])

    with pytest.raises(Invalid):
        organisations.change(act_as(session, ana), mine.id, FIRM, [PIB])


def test_change_of_a_number_keeps_both_in_the_trail(session) -> None:
    ana = make_user(session)
    found = organisations.register(act_as(session, ana), FIRM, [PIB])

    organisations.change(act_as(session, ana), found, FIRM, [("PIB", "100002887")])

    detail = session.execute(
        select(AuditEntry.detail).where(AuditEntry.event == "change_organisation")
    ).scalar_one()
    assert detail == {
        "before": {"numbers": [["PIB", "101134702"]]},
        "after": {"numbers": [["PIB", "100002887"]]},
    }
