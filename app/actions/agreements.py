"""The grant agreement: from the accepted award to both signatures and a payment plan."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from fractions import Fraction

from app.actions import agreement_paper as paper
from app.actions import aid, in_kind
from app.actions.act import Act
from app.actions.notices import tell_beneficiary
from app.errors import Conflict, Invalid, Said
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Agreement, Award, Payment
from app.queries import agreement_facts as known
from app.queries.amendments import reduced_budget
from app.queries.schemes import scheme_of
from app.rules.agreement_terms import total_at_rate
from app.rules.bank_accounts import check_account, check_bic
from app.rules.payments import plan_instalments
from app.rules.permissions import Permission

PREPARE = Permission.PREPARE_AGREEMENT


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
    so that the rate stays as it was asked for (handbook 1.12: it can never go up), and each
    heading of the budget follows the total.
    """
    award = act.load(Award, award_id, to=PREPARE)
    if award.state != "accepted":
        raise Conflict(N_("An agreement needs an award that the applicant has accepted."))
    if known.agreement_of_award(act.session, award_id) is not None:
        raise Conflict(N_("This award has an agreement already. Look at it in the list."))
    place = known.award_place(act.session, award_id)
    pays_out = _pays_out(act, place.call_id)
    checked = _checked(terms, pays_out=pays_out)
    rate = Fraction(place.requested_cents, place.total_cents)
    agreement = Agreement(
        award_id=award_id,
        application_id=place.application_id,
        call_id=place.call_id,
        reference=f"{place.reference}/A",
        grant_cents=award.awarded_cents,
        total_cents=total_at_rate(award.awarded_cents, str(rate)),
        rate=str(rate),
        **asdict(checked),
        prepared_by=act.actor.user_id,
        created_at=act.now,
    )
    aid.refuse_above(act, agreement)
    act.create(agreement, to=PREPARE, within=award)
    if pays_out:
        agree_budget(act, agreement)
    act.record(
        agreement,
        "prepare",
        grant_cents=agreement.grant_cents,
        total_cents=agreement.total_cents,
        rate=agreement.rate,
        now=_told(agreement),
    )
    paper.write(act, agreement)
    return agreement.id


def agree_budget(act: Act, agreement: Agreement) -> None:
    """Keep what each heading is agreed with, as the total of a draft is now. A part."""
    scheme = scheme_of(act.session, agreement.call_id)
    total_cents = agreement.total_cents
    agreement.budget = reduced_budget(act.session, agreement.id, scheme, total_cents)
    act.session.flush()


def change(act: Act, agreement_id: int, terms: Terms) -> None:
    """Change dates and account while the agreement is a draft."""
    agreement = act.load(Agreement, agreement_id, to=PREPARE)
    if agreement.state != "draft":
        raise Conflict(N_("Only a draft can be changed. Take the agreement back first."))
    checked = _checked(terms, pays_out=_pays_out(act, agreement.call_id))
    before = _told(agreement)
    agreement.starts_on, agreement.ends_on = checked.starts_on, checked.ends_on
    agreement.iban, agreement.bic = checked.iban, checked.bic
    agreement.account_holder = checked.account_holder
    act.record(agreement, "change", was=before, now=_told(agreement))
    paper.write(act, agreement)


def send(act: Act, agreement_id: int) -> None:
    """Show the agreement to the beneficiary for signature, and tell them by mail."""
    agreement = act.load(Agreement, agreement_id, to=PREPARE)
    act.move(agreement, "send")
    paper.write(act, agreement)
    _tell(act, agreement)


def take_back(act: Act, agreement_id: int, *, reason: str) -> None:
    """Make the agreement a draft again, as long as the beneficiary has not signed it."""
    agreement = act.load(Agreement, agreement_id, to=PREPARE)
    if agreement.signed_by_beneficiary_on is not None:
        raise Conflict(N_("The beneficiary has signed. The agreement can no longer be taken back."))
    if not reason.strip():
        raise Invalid({"reason": N_("Write why the agreement is taken back.")})
    act.move(agreement, "take_back", reason=reason.strip())


def sign_for_beneficiary(act: Act, agreement_id: int, *, name: str, signed_on: date) -> None:
    """Record who signed for the beneficiary, and when; by finance, from the signed paper."""
    agreement = act.load(Agreement, agreement_id, to=PREPARE)
    if agreement.state != "sent":
        raise Conflict(N_("Only an agreement that was sent can be signed."))
    _refuse_signature(act, name, signed_on)
    agreement.signed_by_beneficiary = name.strip()
    agreement.signed_by_beneficiary_on = signed_on
    act.record(agreement, "sign_for_beneficiary", name=name.strip(), signed_on=signed_on)


def sign(act: Act, agreement_id: int, *, name: str, signed_on: date) -> None:
    """Sign for the authority, last; the agreement comes into force and its plan is made."""
    award = act.load(
        Award, known.award_of_agreement(act.session, agreement_id), to=Permission.SIGN_AGREEMENT
    )
    agreement = act.load(Agreement, agreement_id, to=Permission.SIGN_AGREEMENT)
    if agreement.state != "sent":
        raise Conflict(N_("Only an agreement that was sent can be signed."))
    if agreement.signed_by_beneficiary_on is None:
        raise Conflict(N_("The beneficiary signs first. Record that signature, then sign."))
    _refuse_signature(act, name, signed_on, not_before=agreement.signed_by_beneficiary_on)
    aid.refuse_above(act, agreement)
    agreement.signed_by_authority = name.strip()
    agreement.signed_by_authority_on = signed_on
    act.move(agreement, "sign", name=name.strip(), signed_on=signed_on)
    act.move(agreement, "activate")
    act.move(award, "agree", agreement=agreement.reference)
    if _pays_out(act, agreement.call_id):
        _plan(act, agreement)
    else:
        in_kind.begin(act, agreement, to=Permission.SIGN_AGREEMENT)


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


def _tell(act: Act, agreement: Agreement) -> None:
    title = known.call_title(act.session, agreement.call_id)
    tell_beneficiary(act, "agreement_ready", agreement, call=title)


def _told(agreement: Agreement) -> dict[str, object]:
    names = ("starts_on", "ends_on", "iban", "bic", "account_holder")
    return {name: getattr(agreement, name) for name in names}


def _pays_out(act: Act, call_id: int) -> bool:
    """False where things are given: then no account of the beneficiary is needed."""
    return scheme_of(act.session, call_id).in_kind is None


def _checked(terms: Terms, *, pays_out: bool) -> Terms:
    """Return the terms as they are stored; Invalid for everything that is wrong with them."""
    if not pays_out:
        if terms.ends_on <= terms.starts_on:
            raise Invalid({"ends_on": N_("The end must come after the start.")})
        return Terms(terms.starts_on, terms.ends_on, iban="", bic="", account_holder="")
    account, bic = check_account(terms.iban), check_bic(terms.bic) if terms.bic.strip() else None
    wrong: dict[str, str | Said] = {}
    if terms.ends_on <= terms.starts_on:
        wrong["ends_on"] = N_("The end must come after the start.")
    if account.blocking:
        wrong["iban"] = next(iter(account.blocking))
    if bic is not None and bic.blocking:
        wrong["bic"] = next(iter(bic.blocking))
    if not terms.account_holder.strip():
        wrong["account_holder"] = N_("Enter in whose name the account is.")
    if wrong:
        raise Invalid(wrong)
    return Terms(
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        iban=account.normal,
        bic=bic.normal if bic else "",
        account_holder=terms.account_holder.strip(),
    )


def _refuse_signature(
    act: Act, name: str, signed_on: date, *, not_before: date | None = None
) -> None:
    wrong: dict[str, str | Said] = {}
    if not name.strip():
        wrong["name"] = N_("Enter who signed.")
    if signed_on > act.now.astimezone(ZONE).date():
        wrong["signed_on"] = N_("This day lies ahead. Enter the day of the signature.")
    elif not_before is not None and signed_on < not_before:
        wrong["signed_on"] = N_("The authority signs last, not before the beneficiary.")
    if wrong:
        raise Invalid(wrong)
