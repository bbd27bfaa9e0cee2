"""A grant in kind at any step, reached by the real deeds; people of the authority beside it."""

from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import (
    agreements,
    assets,
    authority_accounts,
    handovers,
    in_kind,
    in_kind_quotes,
    own_shares,
    purchases,
)
from app.actions.act import Act
from app.actions.agreements import Terms
from app.actions.applications import NewFile
from app.actions.authority_accounts import Account
from app.models import Application, Asset, InKindGrant, InKindPaper, OwnShare, Quote, StageEntry
from app.rules.permissions import Role
from app.rules.scheme import Scheme
from tests.make.applications import make_application, make_budget
from tests.make.awards import make_award
from tests.make.calls import make_call, make_scheme
from tests.make.people import act_as, make_authority, make_organisation, make_user

NOW = datetime(2026, 4, 15, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
CONDITIONS = ("registered", "training")
SCAN = NewFile("5" * 64, 1_000, "application/pdf", "signed.pdf")
TERMS = Terms(date(2026, 4, 1), date(2028, 9, 30), "", "", "")


def in_kind_scheme(envelope_cents: int = 50_000_00) -> Scheme:
    """The library scheme with money in every lot."""
    scheme = make_scheme("green_growth_grants")
    lots = tuple(replace(lot, envelope_cents=envelope_cents) for lot in scheme.lots)
    return replace(scheme, lots=lots, envelope_cents=envelope_cents * len(lots))


class InKindDesk:
    """An award of 1,683.00 for one machine of 1,980.00 (handbook S8), or as the test says."""

    def __init__(
        self,
        session: Session,
        *,
        prices: tuple[int, ...] = (1_980_00,),
        granted_cents: int = 1_683_00,
        scheme: Scheme | None = None,
        person_email: str = "milica@example.org",
    ) -> None:
        self.session = session
        self.authority = make_authority(session)
        scheme = scheme or in_kind_scheme()
        self.call = make_call(session, state="announced", scheme=scheme, authority=self.authority)
        self.officer = self._staff(Role.OFFICER)
        self.finance = self._staff(Role.FINANCE)
        self.approver = self._staff(Role.APPROVER)
        self.manager = self._staff(Role.FUND_MANAGER)
        self.monitor = self._staff(Role.MONITOR)
        self.person = make_user(session, name="Milica Perić", email=person_email)
        self.trader = make_organisation(
            session, name="Radnja Milica PR", applicant_type="SOLE_TRADER", contact=self.person,
            region="RS12",
        )  # fmt: skip
        total_cents = sum(prices)
        self.application = make_application(
            session, call=self.call, organisation=self.trader, lot="SRB", state="awarded",
            title="Repair workshop", requested_cents=granted_cents, total_cents=total_cents,
        )  # fmt: skip
        entry = session.scalars(
            select(StageEntry).where(StageEntry.application_id == self.application.id)
        ).one()
        names = tuple(f"Machine {place}" for place in range(1, len(prices) + 1))
        make_budget(
            session,
            entry,
            lines=tuple(("E", name, cents) for name, cents in zip(names, prices, strict=True)),
            sources=(("grant", granted_cents), ("own", total_cents - granted_cents)),
        )
        self.award = make_award(session, self.application)
        self.grant_id = 0

    def _staff(self, role: Role):
        return make_user(self.session, roles=[role], authority=self.authority)

    def act(self, user=None, now: datetime = NOW) -> Act:
        return act_as(self.session, user or self.officer, now=now)

    @property
    def grant(self) -> InKindGrant:
        return self.session.get_one(InKindGrant, self.grant_id)

    @property
    def assets(self) -> list[Asset]:
        query = select(Asset).where(Asset.grant_id == self.grant_id).order_by(Asset.position)
        return list(self.session.scalars(query))

    def quotes(self, asset: Asset) -> list[Quote]:
        query = select(Quote).where(Quote.asset_id == asset.id).order_by(Quote.id)
        return list(self.session.scalars(query))

    def with_account(
        self, iban: str, holder: str = "Treasury", *, purpose: str = authority_accounts.AUTHORITY
    ) -> None:
        """Have the authority's first account of this purpose confirmed by a second person."""
        account = Account(iban, "", holder, "The first account.")
        admin = self.act(self._staff(Role.ADMIN))
        key = authority_accounts.propose(admin, self.authority.id, account, purpose)
        later = NOW + authority_accounts.COOLING
        authority_accounts.confirm(self.act(self.approver, later), key)

    # --- the steps, each with all before it -----------------------------------------

    def signed(self) -> "InKindDesk":
        if not self.authority.bank_iban:
            self.with_account("RS35260005601001611379")
        key = agreements.prepare(self.act(self.finance), self.award.id, TERMS)
        agreements.send(self.act(self.finance), key)
        agreements.sign_for_beneficiary(
            self.act(self.finance), key, name="Milica Perić", signed_on=TODAY
        )
        agreements.sign(self.act(self.manager), key, name="Mira Marić", signed_on=TODAY)
        self.agreement_id = key
        self.grant_id = self.session.scalars(
            select(InKindGrant.id).where(InKindGrant.agreement_id == key)
        ).one()
        return self

    def quoted(self, *offers: int) -> "InKindDesk":
        """Three quotes for each item; without prices the estimate, 70.00 and 140.00 more."""
        self.signed()
        for asset in self.assets:
            least = asset.estimate_cents
            for price in offers or (least + 70_00, least, least + 140_00):
                quote = in_kind_quotes.NewQuote(f"Supplier of {price}", price, TODAY)
                in_kind_quotes.add_quote(self.act(), asset.id, quote)
        return self

    def priced(self) -> "InKindDesk":
        self.quoted()
        for asset in self.assets:
            cheapest = min(self.quotes(asset), key=lambda each: each.price_cents)
            in_kind_quotes.choose(self.act(), cheapest.id)
        pay_to = in_kind.PayTo("RS35 2600 0560 1001 6113 79", "97 12")
        in_kind.fix_prices(self.act(), self.grant_id, due_on=date(2026, 4, 30), pay_to=pay_to)
        return self

    def funded(self) -> "InKindDesk":
        self.priced()
        paid = own_shares.PaidIn(self.grant.own_share_cents, TODAY, "IZV-77/3")
        key = own_shares.record(self.act(self.finance), self.grant_id, paid)
        own_shares.confirm(self.act(self.approver), key)
        return self

    def received(self) -> "InKindDesk":
        self.funded()
        for asset in self.assets:
            purchases.order(self.act(), asset.id, ordered_on=TODAY)
            came = purchases.Received(TODAY, f"SN-{asset.position}", "Workshop, Ruma")
            purchases.receive(self.act(), asset.id, came)
        return self

    def paid(self) -> "InKindDesk":
        self.received()
        for asset in self.assets:
            purchases.bill(
                self.act(), asset.id, invoice_number="F-1", invoice_cents=asset.price_cents
            )
            purchases.approve(self.act(self.approver), asset.id)
            purchases.pay(
                self.act(self.finance), asset.id, paid_on=TODAY, bank_reference="IZV-80/1"
            )
        return self

    def retained(self) -> "InKindDesk":
        return self.paid().handed_over()

    def handed_over(self) -> "InKindDesk":
        """What has come, by one protocol with its signed copy."""
        paper_id = handovers.prepare(self.act(), self.grant_id)
        signed = handovers.Signed(TODAY, "Petar Provera", "Milica Perić", CONDITIONS)
        handovers.hand_over(self.act(), paper_id, signed, SCAN)
        return self

    @property
    def papers(self) -> list[InKindPaper]:
        query = select(InKindPaper).where(InKindPaper.grant_id == self.grant_id)
        return list(self.session.scalars(query.order_by(InKindPaper.id)))

    def own_share(self) -> OwnShare:
        query = select(OwnShare).where(OwnShare.grant_id == self.grant_id)
        return self.session.scalars(query.order_by(OwnShare.id.desc())).first()

    def waiting(self, place: int, lot: str = "SRB", *, state: str = "reserve") -> Application:
        """Somebody else of the call, by default at a place on the reserve list."""
        contact = make_user(self.session, name=f"Person {place}")
        organisation = make_organisation(
            self.session, name=f"Radnja {place} PR", applicant_type="SOLE_TRADER", contact=contact
        )
        application = make_application(
            self.session, call=self.call, organisation=organisation, lot=lot, state=state
        )
        entry = self.session.scalars(
            select(StageEntry).where(StageEntry.application_id == application.id)
        ).one()
        entry.reserve_position = place if state == "reserve" else None
        self.session.flush()
        return application

    def taken_back(self) -> "InKindDesk":
        """Everything was handed over and taken back today."""
        self.retained()
        for asset in self.assets:
            assets.repossess(
                self.act(self.manager), asset.id, taken_on=TODAY, reason="The firm was given up."
            )
        return self
