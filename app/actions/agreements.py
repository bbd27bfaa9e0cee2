"""The grant agreement: from the accepted award to both signatures and a payment plan."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from app.actions.act import Act
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import Agreement, Award, Payment
from app.queries import agreement_facts as known
from app.queries.schemes import scheme_of
from app.rules.bank_accounts import check_account, check_bic
from app.rules.money import floor_cents
from app.rules.payments import plan_instalments
from app.rules.permissions import Permission


@dataclass(frozen=True, slots=True)
class Terms:
    """What a person sets; the grant and its rate come from the award and its budget."""

    starts_on: date
    ends_on: date
    iban: str
    bic: str
    account_holder: str


def prepare(act: Act, award_id: int, terms: Terms) -> int:
    """Draft the agreement of an accepted award; return its id.

    The rate is that of the budget. Where the offer was cut, the total follows the grant,
    so that the rate stays as it was asked for (handbook 1.12: it can never go up).
    """
    award = act.load(Award, award_id, to=Permission.PREPARE_AGREEMENT)
    if award.state != "accepted":
        raise Conflict(N_("An agreement needs an award that the applicant has accepted."))
    place = known.award_place(act.session, award_id)
    iban, bic = _account(terms)
    _check_dates(terms)
    rate = Fraction(place.requested_cents, place.total_cents)
    agreement = Agreement(
        award_id=award_id,
        application_id=place.application_id,
        call_id=place.call_id,
        reference=f"{place.reference}/A",
        grant_cents=award.awarded_cents,
        total_cents=-floor_cents(-award.awarded_cents / rate),
        rate=str(rate),
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        iban=iban,
        bic=bic,
        account_holder=terms.account_holder.strip(),
        prepared_by=act.actor.user_id,
        created_at=act.now,
    )
    act.create(agreement, to=Permission.PREPARE_AGREEMENT, within=award)
    act.record(agreement, "prepare", grant_cents=agreement.grant_cents, rate=agreement.rate)
    return agreement.id


def change(act: Act, agreement_id: int, terms: Terms) -> None:
    """Change dates and account while the agreement is a draft."""
    agreement = act.load(Agreement, agreement_id, to=Permission.PREPARE_AGREEMENT)
    if agreement.state != "draft":
        raise Conflict(N_("Only a draft can be changed. Take the agreement back first."))
    agreement.iban, agreement.bic = _account(terms)
    _check_dates(terms)
    before = {"iban": agreement.iban, "starts_on": agreement.starts_on}
    agreement.starts_on, agreement.ends_on = terms.starts_on, terms.ends_on
    agreement.account_holder = terms.account_holder.strip()
    act.record(agreement, "change", was=before, iban=agreement.iban, ends_on=terms.ends_on)


def send(act: Act, agreement_id: int) -> None:
    """Show the agreement to the beneficiary for signature."""
    agreement = act.load(Agreement, agreement_id, to=Permission.PREPARE_AGREEMENT)
    act.move(agreement, "send")


def take_back(act: Act, agreement_id: int, *, reason: str) -> None:
    agreement = act.load(Agreement, agreement_id, to=Permission.PREPARE_AGREEMENT)
    if agreement.signed_by_beneficiary_on is not None:
        raise Conflict(N_("The beneficiary has signed. The agreement can no longer be taken back."))
    act.move(agreement, "take_back", reason=reason)


def sign_for_beneficiary(act: Act, agreement_id: int, *, name: str, signed_on: date) -> None:
    """Record who signed for the beneficiary, and when; by finance, from the signed paper."""
    agreement = act.load(Agreement, agreement_id, to=Permission.PREPARE_AGREEMENT)
    if agreement.state != "sent":
        raise Conflict(N_("Only an agreement that was sent can be signed."))
    agreement.signed_by_beneficiary = _name(name)
    agreement.signed_by_beneficiary_on = _past(act, signed_on)
    act.record(agreement, "sign_for_beneficiary", name=name, signed_on=signed_on)


def sign(act: Act, agreement_id: int, *, name: str, signed_on: date) -> None:
    """Sign for the authority, last; the agreement comes into force and its plan is made."""
    award = act.load(
        Award, known.award_of_agreement(act.session, agreement_id), to=Permission.SIGN_AGREEMENT
    )
    agreement = act.load(Agreement, agreement_id, to=Permission.SIGN_AGREEMENT)
    if agreement.signed_by_beneficiary_on is None:
        raise Conflict(N_("The beneficiary signs first. Record that signature, then sign."))
    agreement.signed_by_authority = _name(name)
    agreement.signed_by_authority_on = _past(act, signed_on)
    act.move(agreement, "sign", name=name, signed_on=signed_on)
    act.move(agreement, "activate")
    act.move(award, "agree", agreement=agreement.reference)
    _plan(act, agreement)


def _plan(act: Act, agreement: Agreement) -> None:
    """Write the instalments of the published plan; together they are the grant to the cent."""
    plan = scheme_of(act.session, agreement.call_id).payments
    signed_on = agreement.signed_by_authority_on
    rows = plan_instalments(plan.instalments, agreement.grant_cents)
    act.create_many(
        Payment,
        (
            {
                "agreement_id": agreement.id,
                "call_id": agreement.call_id,
                "position": position,
                "kind": row.kind.value,
                "planned_cents": row.amount_cents,
                "planned_on": signed_on + timedelta(days=rule.pay_within_days)
                if signed_on and position == 1
                else None,
                "state": "planned",
                "revenue_cents": 0,
                "recoverable_cents": 0,
                "report": "",
                "check_note": "",
                "bank_reference": "",
                "version": 1,
            }
            for position, (row, rule) in enumerate(
                zip(rows, plan.instalments, strict=True), start=1
            )
        ),
        to=Permission.SIGN_AGREEMENT,
        within=agreement,
    )


def _account(terms: Terms) -> tuple[str, str]:
    """Return IBAN and BIC as they are stored; raise Invalid for what is wrong with them."""
    account, bic = check_account(terms.iban), check_bic(terms.bic) if terms.bic.strip() else None
    wrong = {}
    if account.blocking:
        wrong["iban"] = next(iter(account.blocking))
    if bic is not None and bic.blocking:
        wrong["bic"] = next(iter(bic.blocking))
    if wrong:
        raise Invalid(wrong)
    return account.normal, bic.normal if bic else ""


def _check_dates(terms: Terms) -> None:
    if terms.ends_on <= terms.starts_on:
        raise Invalid({"ends_on": N_("The end must come after the start.")})


def _name(name: str) -> str:
    if not name.strip():
        raise Invalid({"name": N_("Enter who signed.")})
    return name.strip()


def _past(act: Act, day: date) -> date:
    if day > act.now.date() + timedelta(days=1):
        raise Invalid({"signed_on": N_("This day lies ahead. Enter the day of the signature.")})
    return day
