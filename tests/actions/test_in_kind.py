"""Items, quotes, the choice and the prices of a grant in kind, with every refusal."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import authority_accounts, in_kind, in_kind_quotes, own_shares
from app.actions.in_kind import NewItem, PayTo
from app.actions.in_kind_quotes import NewQuote
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.i18n import text
from app.models import Agreement, AuditEntry, Award, Mail, Payment
from app.queries import in_kind as in_kind_pages
from app.rules.messages import Message
from app.rules.scheme_in_kind import Procurer
from tests.make.in_kind import TODAY, InKindDesk, in_kind_scheme
from tests.make.people import make_user

PAY_TO = PayTo("RS35 2600 0560 1001 6113 79")


@pytest.fixture
def desk(session: Session) -> InKindDesk:
    return InKindDesk(session)


def said(problem: Invalid) -> dict[str, str]:
    return {
        place: text(words) if isinstance(words, Message) else str(words)
        for place, words in problem.fields.items()
    }


def test_both_signatures_open_the_grant_with_the_items_applied_for(session: Session) -> None:
    desk = InKindDesk(session, prices=(1_980_00, 400_00), granted_cents=2_023_00).signed()

    agreement = session.get_one(Agreement, desk.agreement_id)
    assert (agreement.grant_cents, agreement.total_cents, agreement.rate) == (
        2_023_00, 2_380_00, "17/20",
    )  # fmt: skip
    assert (agreement.state, session.get_one(Award, desk.award.id).state) == ("active", "agreed")
    assert [(each.title, each.estimate_cents) for each in desk.assets] == [
        ("Machine 1", 1_980_00),
        ("Machine 2", 400_00),
    ]
    assert desk.grant.state == "choosing"
    assert session.scalars(select(Payment)).all() == []


def test_the_handbooks_machine_costs_the_beneficiary_its_own_share(desk: InKindDesk) -> None:
    desk.quoted(1_980_00, 2_050_00, 2_120_00)
    asset = desk.assets[0]

    in_kind_quotes.choose(desk.act(), desk.quotes(asset)[0].id)
    in_kind.fix_prices(desk.act(), desk.grant_id, due_on=date(2026, 4, 30), pay_to=PAY_TO)

    grant = desk.grant
    assert (grant.price_cents, grant.own_share_cents, grant.support_cents) == (
        1_980_00, 297_00, 1_683_00,
    )  # fmt: skip
    assert (asset.price_cents, asset.support_cents, asset.state) == (1_980_00, 1_683_00, "planned")
    assert grant.state == "priced"
    mail = desk.session.scalars(select(Mail).where(Mail.to == "milica@example.org")).all()[-1]
    assert mail.subject == "Please pay in your own share"
    assert "EUR\u00a0297.00" in mail.body
    assert PAY_TO.account in mail.body


def test_a_dearer_quote_is_chosen_only_with_its_reason(desk: InKindDesk) -> None:
    desk.quoted(1_980_00, 2_050_00, 2_120_00)
    dearer = desk.quotes(desk.assets[0])[1]

    with pytest.raises(Invalid) as refusal:
        in_kind_quotes.choose(desk.act(), dearer.id)
    assert said(refusal.value)["reason"].startswith("This offer is 70.00 dearer")

    in_kind_quotes.choose(desk.act(), dearer.id, reason="Five years of guarantee.")
    asset = desk.assets[0]
    assert (asset.supplier, asset.choice_reason) == (dearer.supplier, "Five years of guarantee.")
    assert asset.chosen_by == desk.officer.id


def test_what_is_dearer_than_the_grant_allows_becomes_own_share(desk: InKindDesk) -> None:
    # 85 % of 2,400.00 is 2,040.00; the grant is 1,683.00, so 717.00 are paid in.
    desk.quoted(2_400_00, 2_450_00, 2_500_00)
    in_kind_quotes.choose(desk.act(), desk.quotes(desk.assets[0])[0].id)

    in_kind.fix_prices(desk.act(), desk.grant_id, due_on=TODAY, pay_to=PAY_TO)

    assert (desk.grant.support_cents, desk.grant.own_share_cents) == (1_683_00, 717_00)


def test_a_quote_that_was_changed_for_another_leaves_one_chosen(desk: InKindDesk) -> None:
    desk.quoted(1_980_00, 1_980_00, 2_120_00)
    first, second, _ = desk.quotes(desk.assets[0])

    in_kind_quotes.choose(desk.act(), first.id)
    in_kind_quotes.choose(desk.act(), second.id)

    assert [each.is_chosen for each in desk.quotes(desk.assets[0])] == [False, True, False]


def test_too_few_quotes_and_one_that_does_not_comply_are_refused(desk: InKindDesk) -> None:
    desk.signed()
    (asset,) = desk.assets
    good = in_kind_quotes.add_quote(desk.act(), asset.id, NewQuote("Alfa", 1_980_00, TODAY))
    bad = in_kind_quotes.add_quote(
        desk.act(), asset.id, NewQuote("Beta", 1_500_00, TODAY, complies=False)
    )

    with pytest.raises(Invalid) as few:
        in_kind_quotes.choose(desk.act(), good)
    with pytest.raises(Invalid) as unfit:
        in_kind_quotes.choose(desk.act(), bad, reason="Cheap.")

    assert said(few.value)["reason"].startswith("There are 2 of at least 3 offers.")
    assert said(unfit.value)["offer"].startswith("This offer does not meet the specification")


def test_prices_wait_for_every_item_and_for_a_day_and_an_account(session: Session) -> None:
    desk = InKindDesk(session, prices=(1_000_00, 980_00)).signed()
    first, second = desk.assets

    with pytest.raises(Conflict, match="A quote has to be chosen first for"):
        in_kind.fix_prices(desk.act(), desk.grant_id, due_on=TODAY, pay_to=PAY_TO)

    in_kind.drop_item(desk.act(), second.id, reason="Bought by the trader already.")
    quote = in_kind_quotes.add_quote(desk.act(), first.id, NewQuote("Alfa", 1_000_00, TODAY))
    in_kind_quotes.choose(desk.act(), quote, reason="Only one maker.")
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(Invalid) as refusal:
        in_kind.fix_prices(desk.act(), desk.grant_id, due_on=yesterday, pay_to=PayTo(" "))
    assert sorted(refusal.value.fields) == ["account", "due_on"]

    in_kind.fix_prices(desk.act(), desk.grant_id, due_on=TODAY, pay_to=PAY_TO)
    assert (desk.grant.price_cents, second.state) == (1_000_00, "dropped")


def test_prices_open_again_only_before_own_share_was_paid_in(desk: InKindDesk) -> None:
    desk.priced()

    with pytest.raises(Invalid):
        in_kind.reopen(desk.act(), desk.grant_id, reason=" ")
    in_kind.reopen(desk.act(), desk.grant_id, reason="The supplier is out of stock.")
    assert (desk.grant.state, desk.grant.own_share_cents) == ("choosing", 0)
    assert desk.assets[0].support_cents is None

    in_kind.fix_prices(desk.act(), desk.grant_id, due_on=TODAY, pay_to=PAY_TO)
    paid = own_shares.PaidIn(100_00, TODAY, "IZV-1")
    own_shares.record(desk.act(desk.finance), desk.grant_id, paid)
    with pytest.raises(Conflict, match="Own share was paid in"):
        in_kind.reopen(desk.act(), desk.grant_id, reason="Again.")


def test_after_the_prices_nothing_of_the_choice_changes(desk: InKindDesk) -> None:
    desk.priced()
    (asset,) = desk.assets
    quote = desk.quotes(asset)[0]

    for deed in (
        lambda: in_kind.add_item(desk.act(), desk.grant_id, NewItem("Spare part")),
        lambda: in_kind.change_item(desk.act(), asset.id, NewItem("Other machine")),
        lambda: in_kind.drop_item(desk.act(), asset.id, reason="No."),
        lambda: in_kind_quotes.add_quote(desk.act(), asset.id, NewQuote("C", 1, TODAY)),
        lambda: in_kind_quotes.remove_quote(desk.act(), quote.id),
        lambda: in_kind_quotes.choose(desk.act(), quote.id, reason="Now."),
    ):
        with pytest.raises(Conflict, match="The prices are fixed"):
            deed()


def test_items_are_described_added_and_left_out_before_the_choice(desk: InKindDesk) -> None:
    desk.signed()
    (asset,) = desk.assets

    in_kind.change_item(desk.act(), asset.id, NewItem("Lathe", "1 piece", "500 mm, 230 V"))
    added = in_kind.add_item(desk.act(), desk.grant_id, NewItem("Set of chisels"))
    with pytest.raises(Invalid):
        in_kind.add_item(desk.act(), desk.grant_id, NewItem(" "))
    with pytest.raises(Invalid):
        in_kind.change_item(desk.act(), asset.id, NewItem(""))
    with pytest.raises(Invalid):
        in_kind.drop_item(desk.act(), added, reason="")
    in_kind.drop_item(desk.act(), added, reason="Not needed.")

    assert [(each.title, each.state, each.position) for each in desk.assets] == [
        ("Lathe", "planned", 1),
        ("Set of chisels", "dropped", 2),
    ]
    with pytest.raises(Conflict, match="left out"):
        in_kind.change_item(desk.act(), added, NewItem("Chisels"))
    change = desk.session.scalars(select(AuditEntry).where(AuditEntry.event == "change_item")).one()
    assert change.detail["was"]["title"] == "Machine 1"


def test_a_wrong_quote_is_refused_and_one_by_mistake_taken_out(desk: InKindDesk) -> None:
    desk.signed()
    (asset,) = desk.assets
    tomorrow = TODAY + timedelta(days=1)

    with pytest.raises(Invalid) as refusal:
        in_kind_quotes.add_quote(desk.act(), asset.id, NewQuote(" ", 0, tomorrow))
    assert sorted(refusal.value.fields) == ["dated_on", "price_cents", "supplier"]

    quote = in_kind_quotes.add_quote(desk.act(), asset.id, NewQuote("Alfa", 5_00, TODAY))
    in_kind_quotes.remove_quote(desk.act(), quote)
    assert desk.quotes(asset) == []

    kept = in_kind_quotes.add_quote(desk.act(), asset.id, NewQuote("Beta", 6_00, TODAY))
    in_kind_quotes.choose(desk.act(), kept, reason="Framework contract.")
    with pytest.raises(Conflict, match="This quote is chosen"):
        in_kind_quotes.remove_quote(desk.act(), kept)


def test_one_supplier_is_not_written_in_two_ways(desk: InKindDesk) -> None:
    desk.signed()
    (asset,) = desk.assets

    def offer(name: str, **more: bool) -> None:
        in_kind_quotes.add_quote(desk.act(), asset.id, NewQuote(name, 5_00, TODAY, **more))

    offer("Alfa d.o.o.")
    offer("АЛФА доо")
    with pytest.raises(Invalid) as refusal:
        offer("Alfa")
    assert (list(refusal.value.fields), refusal.value.values["similar"]) == (
        ["is_other"], "Alfa d.o.o.",
    )  # fmt: skip
    offer("Alfa", is_other=True)
    offer("Alfa")

    names = ["Alfa d.o.o.", "Alfa d.o.o.", "Alfa", "Alfa"]
    assert [each.supplier for each in desk.quotes(asset)] == names


def test_the_beneficiary_hands_in_quotes_only_where_they_buy(session: Session) -> None:
    reader = InKindDesk(session).signed()
    with pytest.raises(Forbidden):
        in_kind_quotes.add_quote(
            reader.act(reader.person), reader.assets[0].id, NewQuote("Alfa", 1_00, TODAY)
        )

    scheme = in_kind_scheme()
    assert scheme.in_kind is not None
    own = replace(scheme, in_kind=replace(scheme.in_kind, procured_by=Procurer.BENEFICIARY))
    person = "other@example.org"
    buyer = InKindDesk(session, scheme=own, person_email=person).signed()
    in_kind_quotes.add_quote(
        buyer.act(buyer.person), buyer.assets[0].id, NewQuote("Alfa", 1_00, TODAY)
    )
    with pytest.raises(Forbidden):
        in_kind_quotes.choose(buyer.act(buyer.person), buyer.quotes(buyer.assets[0])[0].id)
    assert [each.supplier for each in buyer.quotes(buyer.assets[0])] == ["Alfa"]


def test_strangers_do_not_see_the_grant_and_monitors_only_read(desk: InKindDesk) -> None:
    desk.signed()

    with pytest.raises(NotFound):
        in_kind.add_item(desk.act(make_user(desk.session)), desk.grant_id, NewItem("Lathe"))
    with pytest.raises(Forbidden):
        in_kind.add_item(desk.act(desk.monitor), desk.grant_id, NewItem("Lathe"))
    with pytest.raises(NotFound):
        in_kind.add_item(desk.act(), 10**9, NewItem("Lathe"))


def test_own_share_goes_to_no_account_that_two_people_have_not_confirmed(desk: InKindDesk) -> None:
    desk.quoted(1_980_00, 2_050_00, 2_120_00)
    in_kind_quotes.choose(desk.act(), desk.quotes(desk.assets[0])[0].id)
    other = PayTo("840-9900000000000-98", "97 12")

    with pytest.raises(Invalid) as refusal:
        in_kind.fix_prices(desk.act(), desk.grant_id, due_on=TODAY, pay_to=other)
    assert list(refusal.value.fields) == ["account"]
    assert refusal.value.values["confirmed"] == "RS35 2600 0560 1001 6113 79"

    desk.with_account(other.account, purpose=authority_accounts.PAYING_IN)
    in_kind.fix_prices(desk.act(), desk.grant_id, due_on=TODAY, pay_to=other)
    assert desk.grant.own_share_pay_to == "RS35 8409 9000 0000 0000 98 · Treasury · 97 12"
    page = in_kind_pages.staff_grant(desk.session, desk.act().actor, desk.grant_id)
    assert not page.is_other_account


class Poor(InKindDesk):
    """The same desk of an authority without an account."""

    def with_account(self, *_: object, **__: object) -> None: ...


def test_without_any_account_no_own_share_is_asked_for(session: Session) -> None:
    desk = Poor(session).quoted(1_980_00, 2_050_00, 2_120_00)
    in_kind_quotes.choose(desk.act(), desk.quotes(desk.assets[0])[0].id)
    with pytest.raises(Invalid) as refusal:
        in_kind.fix_prices(desk.act(), desk.grant_id, due_on=TODAY, pay_to=PAY_TO)
    assert "No account was confirmed yet" in str(refusal.value.fields["account"])
