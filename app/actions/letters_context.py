"""The contents of one letter: what `app.documents` prints, frozen as it is prepared."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from app import i18n
from app.actions import paper_parts
from app.actions.letters_material import Material
from app.actions.letters_reasons import (
    points,
    rank,
    reasons_of,
    remark,
    scores_of,
    section_score,
    whole,
)
from app.documents import contexts as c
from app.i18n.marks import N_
from app.queries.letters_sources import Source
from app.rules.call_clock import holds_interviews
from app.rules.messages import Message
from app.rules.money import half_up, share_percent
from app.rules.scheme_letters import Letter
from app.rules.scheme_text import said


@dataclass(frozen=True, slots=True)
class Sheet:
    """One letter to be written: the scheme's rule for it, its number, the code on it."""

    material: Material
    source: Source
    rule: Letter
    number: int
    check_code: str


def context_of(sheet: Sheet) -> dict[str, Any]:  # Any: JSON
    """Return the contents as JSON of the class that the letter's document prints.

    KeyError for a document that is no letter of a decision.
    """
    return c.to_json(_WRITERS[sheet.rule.document](sheet))


def _letter(sheet: Sheet) -> c.Letter:
    material, source = sheet.material, sheet.source
    language, letters = material.language, material.scheme.letters
    again = f"-{sheet.number}" if sheet.number > 1 else ""
    return c.Letter(
        reference=f"{source.reference}-L{material.place}{again}",
        written_on=material.dated_on,
        decided_on=material.decided_on,
        authority=material.authority,
        visibility=paper_parts.visibility(material.scheme),
        addressee=c.Addressee(
            organisation=source.organisation,
            address=paper_parts.lines(source.address, f"{source.postcode} {source.city}"),
            person=source.representative_name,
            function=source.representative_title,
        ),
        matter=c.Matter(
            call_reference=material.call.code,
            call_title=material.call.title,
            application_reference=source.reference,
            action_title=source.title,
            lot=paper_parts.lot_title(material.scheme, source.lot),
        ),
        data_protection=said(letters.data_protection, language),
        complaint=c.Complaint(
            days=letters.complaint_window_days,
            send_to=material.complaints_to,
            reply_days=letters.complaint_reply_days,
            further=said(letters.complaint_paragraph, language),
        ),
        verification=c.Verification(url=f"{material.base_url}/check", code=sheet.check_code),
        paragraphs=tuple(said(each, language) for each in sheet.rule.paragraphs),
        language=language,
    )


def _award(sheet: Sheet) -> c.AwardLetter:
    material, source = sheet.material, sheet.source
    return c.AwardLetter(
        letter=_letter(sheet),
        scores=_scores(sheet),
        rank=rank(source) or "–",
        reason=_why(sheet),
        amounts=_amounts(sheet),
        accept_by=material.answer_by,
        documents_by=material.answer_by,
        portal_url=f"{material.base_url}/",
    )


def _partial(sheet: Sheet) -> c.PartialOfferLetter:
    material, source = sheet.material, sheet.source
    amounts = _amounts(sheet)
    return c.PartialOfferLetter(
        letter=_letter(sheet),
        scores=_scores(sheet),
        rank=rank(source) or "–",
        reason=_why(sheet),
        amounts=amounts,
        reply_by=material.answer_by,
        must_do=tuple(
            i18n.sentence(each, {"percent": amounts.rate_percent}, material.language)
            for each in (_MUST_DO if amounts.rate_percent else _MUST_DO[:1])
        ),
        portal_url=f"{material.base_url}/",
    )


_MUST_DO = (
    N_("Say in the portal whether you accept or decline."),
    N_(
        "Show in a corrected budget how the action works with the smaller grant: with more money"
        " of your own or of others, or with a smaller scope that still reaches the results."
    ),
    N_("Keep the grant's share of the eligible costs at {percent} % or less; it cannot be raised."),
)


def _reserve(sheet: Sheet) -> c.ReserveLetter:
    material, source = sheet.material, sheet.source
    if source.reserve_position is None:
        raise ValueError(f"{source.reference} is on the reserve list without a place.")
    valid = material.call.reserve_valid_until or material.scheme.allocation.reserve_valid_until
    return c.ReserveLetter(
        letter=_letter(sheet),
        scores=_scores(sheet),
        rank=rank(source) or "–",
        reason=_why(sheet),
        position=source.reserve_position,
        currency=material.call.currency,
        requested_cents=source.requested_cents,
        valid_until=valid,
    )


def _rejection(sheet: Sheet) -> c.RejectionLetter:
    material, source = sheet.material, sheet.source
    return c.RejectionLetter(
        letter=_letter(sheet),
        stage=said(material.stage.title, material.language),
        reasons=reasons_of(material, source),
        scores=scores_of(material, source),
        rank=rank(source),
        remark=remark(material, source),
    )


def _check_rejection(sheet: Sheet) -> c.CheckRejectionLetter:
    material, source = sheet.material, sheet.source
    return c.CheckRejectionLetter(
        letter=_letter(sheet),
        stage=said(material.stage.title, material.language),
        reasons=tuple(
            each
            for each in reasons_of(material, source)
            if isinstance(each, c.AdministrativeFailure | c.LateReceipt)
        ),
        remark=remark(material, source),
        asked=material.asked.get(source.entry_id, ()),
    )


def _ineligibility(sheet: Sheet) -> c.IneligibilityLetter:
    material, source = sheet.material, sheet.source
    return c.IneligibilityLetter(
        letter=_letter(sheet),
        stage=said(material.stage.title, material.language),
        reasons=tuple(
            each for each in reasons_of(material, source) if isinstance(each, c.Ineligible)
        ),
        remark=remark(material, source),
    )


def _invitation(sheet: Sheet) -> c.PreselectionInvitation:
    material, source = sheet.material, sheet.source
    following, closes_at = material.following, material.closes_at
    if following is None or closes_at is None:
        raise ValueError(f"{source.reference} is invited to a stage without a deadline.")
    change = following.amount_change_max_percent
    is_interview = holds_interviews(following)
    if is_interview and material.opens_at is None:
        raise ValueError(f"{source.reference} is invited to interviews without a beginning.")
    return c.PreselectionInvitation(
        letter=_letter(sheet),
        scores=_scores(sheet),
        rank=rank(source) or "–",
        next_stage=said(following.title, material.language),
        closes_at=closes_at,
        currency=material.call.currency,
        requested_cents=source.requested_cents,
        carried=_carried(sheet),
        change_percent=whole(change),
        forms=tuple(said(each.title, material.language) for each in following.documents),
        portal_url=f"{material.base_url}/",
        interviews_from_at=material.opens_at if is_interview else None,
    )


def _carried(sheet: Sheet) -> tuple[c.SectionScore, ...]:
    """Return the sections of this stage whose total the next stage takes over."""
    material, following = sheet.material, sheet.material.following
    grid, agreed = material.stage.grid, material.agreed[sheet.source.entry_id]
    taken = {
        section.carry_over.section
        for section in (following.grid.sections if following and following.grid else ())
        if section.carry_over and section.carry_over.stage == material.stage.key
    }
    return tuple(
        section_score(material, section, agreed, sheet.source.entry_id)
        for section in (grid.sections if grid else ())
        if section.code in taken
    )


def _scores(sheet: Sheet) -> c.Scores:
    found = scores_of(sheet.material, sheet.source)
    if found is None:
        raise ValueError(f"{sheet.source.reference} has no agreed score.")
    return found


def _why(sheet: Sheet) -> str:
    """Return the sentence that the computation kept for this application, in the letter's words."""
    detail = sheet.source.outcome_detail
    values = {**detail["values"], "currency": sheet.material.call.currency}
    agreed = sheet.material.agreed.get(sheet.source.entry_id)
    if agreed is not None and "score" in values:
        values["score"] = points(agreed.total)
    return i18n.text(Message(detail["code"], values), sheet.material.language)


def _amounts(sheet: Sheet) -> c.Amounts:
    """Return asked and given, with the rate rounded up: it must reach to the whole request.

    The rate of the guidelines has two decimals, so rounding up never passes it. A call
    without a budget knows no costs, so nothing is said of a rate.
    """
    material, source = sheet.material, sheet.source
    if source.awarded_cents is None:
        raise ValueError(f"{source.reference} has no decided award.")
    rate = share_percent(source.requested_cents, source.total_cents) if source.total_cents else None
    share = share_percent(source.awarded_cents, source.requested_cents)
    return c.Amounts(
        currency=material.call.currency,
        requested_cents=source.requested_cents,
        granted_cents=source.awarded_cents,
        eligible_cents=source.total_cents or None,
        rate_percent="" if rate is None else whole(Fraction(ceil(rate * 100), 100)),
        share_percent=whole(Fraction(half_up(share * 100), 100)),
    )


_WRITERS: dict[str, Callable[[Sheet], c.Context]] = {
    "award_letter": _award,
    "partial_offer_letter": _partial,
    "reserve_letter": _reserve,
    "rejection_letter": _rejection,
    "check_rejection_letter": _check_rejection,
    "ineligibility_letter": _ineligibility,
    "preselection_invitation": _invitation,
}
LETTERS = frozenset(_WRITERS)
