"""A grant in kind as a page shows it: its things, the money and papers beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.errors import NotFound
from app.queries.in_kind_money import HolderLine, PaperLine, PriceChangeLine, ReturnLine
from app.queries.in_kind_trail import VisitLine
from app.rules.in_kind import own_share_left, own_share_over, visits_due
from app.rules.permissions import Facts
from app.rules.scheme_in_kind import InKind
from app.rules.scheme_letters import AidRegime
from app.rules.scheme_text import Text, no_text


@dataclass(frozen=True, slots=True)
class QuoteLine:
    quote_id: int
    supplier: str
    price_cents: int
    dated_on: date
    complies: bool
    is_chosen: bool
    remark: str
    file_sha256: str
    filename: str


@dataclass(frozen=True, slots=True)
class AssetLine:
    """One thing with its quotes; `prepared_by` may not approve the payment for it."""

    asset_id: int
    position: int
    state: str
    title: str
    quantity: str
    specification: str
    estimate_cents: int
    supplier: str
    choice_reason: str
    price_cents: int | None
    support_cents: int | None
    ordered_on: date | None
    invoice_number: str
    approved_at: datetime | None
    paid_on: date | None
    bank_reference: str
    received_on: date | None
    serial_number: str
    location: str
    ended_on: date | None
    end_reason: str
    given_to: str
    chosen_by: int | None
    ordered_by: int | None
    named_by: Sequence[int | None] = ()
    handover_id: int | None = None
    retained_until: date | None = None
    quotes: tuple[QuoteLine, ...] = ()
    change: PriceChangeLine | None = None
    holder: HolderLine | None = None

    @property
    def own_cents(self) -> int | None:
        """The owner's share of the price; None until the prices are fixed."""
        if self.price_cents is None or self.support_cents is None:
            return None
        return self.price_cents - self.support_cents

    @property
    def prepared_by(self) -> frozenset[int]:
        people = (self.chosen_by, self.ordered_by, *self.named_by)
        return frozenset(who for who in people if who is not None)


@dataclass(frozen=True, slots=True)
class OwnShareLine:
    own_share_id: int
    state: str
    amount_cents: int
    received_on: date
    bank_reference: str
    recorded_by: int | None
    recorded_name: str
    confirmed_name: str


@dataclass(frozen=True, slots=True)
class InKindPage:
    """Everything about one grant in kind, with the papers and the money beside its things."""

    grant_id: int
    state: str
    procured_by: str
    price_cents: int
    support_cents: int
    own_share_cents: int
    own_share_due_on: date | None
    own_share_pay_to: str
    handed_over_on: date | None
    retained_until: date | None
    agreement_id: int
    agreement_state: str
    reference: str
    grant_cents: int
    committed_cents: int
    paid_cents: int
    application_id: int
    application_reference: str
    title: str
    organisation_id: int
    organisation: str
    representative: str
    call_id: int
    call_code: str
    currency: str
    authority_id: int
    authority_iban: str
    rules: InKind
    language: str
    aid_regime: AidRegime
    assets: tuple[AssetLine, ...]
    own_shares: tuple[OwnShareLine, ...]
    visits: tuple[VisitLine, ...]
    papers: tuple[PaperLine, ...]
    returns: tuple[ReturnLine, ...]

    @property
    def facts(self) -> Facts:
        return Facts(
            authority_id=self.authority_id,
            call_id=self.call_id,
            organisation_id=self.organisation_id,
        )

    @property
    def is_other_account(self) -> bool:
        """True where the own share is not asked for on the account of the authority in use."""
        account, *_ = self.own_share_pay_to.split(" · ")
        return bool(account) and account.replace(" ", "") != self.authority_iban

    @property
    def own_share_left_cents(self) -> int:
        return own_share_left(self.own_share_cents, self._confirmed, self._going_back)

    @property
    def own_share_over_cents(self) -> int:
        """What was paid in too much and is not on its way back."""
        return own_share_over(self.own_share_cents, self._confirmed, self._going_back)

    @property
    def _confirmed(self) -> list[int]:
        return [each.amount_cents for each in self.own_shares if each.state == "confirmed"]

    @property
    def _going_back(self) -> list[int]:
        return [each.amount_cents for each in self.returns if each.state != "dropped"]

    @property
    def to_hand_over(self) -> tuple[AssetLine, ...]:
        """What has come and stands on no protocol yet."""
        return tuple(
            each for each in self.assets if each.state == "received" and each.handover_id is None
        )

    @property
    def own_share_waiting_cents(self) -> int:
        """What was recorded and waits for a second person."""
        return sum(each.amount_cents for each in self.own_shares if each.state == "recorded")

    @property
    def bought(self) -> tuple[AssetLine, ...]:
        return tuple(each for each in self.assets if each.state != "dropped")

    @property
    def visits_planned(self) -> tuple[date, ...]:
        if self.handed_over_on is None:
            return ()
        return visits_due(self.handed_over_on, self.rules.visit_months)

    @property
    def retention_condition(self) -> Text:
        return self.rules.retention_condition or no_text()

    def asset(self, asset_id: int) -> AssetLine:
        """Return one thing of the grant; NotFound where it has no such thing."""
        for each in self.assets:
            if each.asset_id == asset_id:
                return each
        raise NotFound
