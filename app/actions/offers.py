"""The applicant answers an offer; what nobody answers lapses. Money that is declined is free again.

The day to answer by is inclusive and counted in Belgrade. A database trigger gives the money
of a declined award back to its lot.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.actions import mail
from app.actions.act import Act
from app.errors import Conflict
from app.i18n import format_date
from app.i18n.marks import N_
from app.models import Agreement, Application, Award, Call
from app.queries import offers as rows
from app.queries.contacts import addresses
from app.rules.deadlines import ZONE, end_of_day
from app.rules.permissions import Permission

TO = Permission.ANSWER_OFFER
MAX_REASON = 2_000


def accept(act: Act, award_id: int, *, received_at: datetime | None = None) -> None:
    """Accept the offer; the agreement comes next. `received_at` is when the answer arrived."""
    _, award = _open_offer(act, award_id, received_at or act.now)
    award.answered_at, award.answered_by = received_at or act.now, act.actor.user_id
    act.move(award, "accept")


def decline(
    act: Act, award_id: int, *, reason: str = "", received_at: datetime | None = None
) -> None:
    """Decline the offer; no reason is needed, and the decision is final."""
    application, award = _open_offer(act, award_id, received_at or act.now)
    award.answered_at, award.answered_by = received_at or act.now, act.actor.user_id
    award.answer_reason = reason.strip()[:MAX_REASON]
    act.move(award, "decline", reason=award.answer_reason)
    act.move(application, "decline", reason=award.answer_reason)


def withdraw(act: Act, award_id: int, *, reason: str = "") -> None:
    """Give an accepted award back before the agreement is signed; its money is free again.

    An agreement that was drafted or sent ends with it.
    """
    application, award = _locked(act, award_id)
    if award.state != "accepted":
        raise Conflict(N_("Only an accepted award without a signed agreement can be given back."))
    award.answer_reason = reason.strip()[:MAX_REASON]
    agreements = act.load_many(Agreement, Agreement.award_id == award.id, to=TO, within=award)
    for agreement in agreements:
        act.move(agreement, "terminate", reason=award.answer_reason)
    act.move(award, "withdraw", reason=award.answer_reason)
    act.move(application, "decline", reason=award.answer_reason)


def lapse_due(act: Act) -> int:
    """Let offers lapse whose last day is over; return how many. The system does it."""
    act.allow(Permission.EDIT_CALL)
    today = act.now.astimezone(ZONE).date()
    due = rows.due(act.session, today)
    for call_id, award_ids in due.items():
        _lapse(act, call_id, award_ids)
    return sum(len(each) for each in due.values())


def _lapse(act: Act, call_id: int, award_ids: Sequence[int]) -> None:
    call = act.load(Call, call_id, to=Permission.EDIT_CALL)
    applications = act.load_many(
        Application,
        Application.call_id == call.id,
        Application.state == "awarded",
        Application.id.in_(rows.applications_of(award_ids)),
        to=Permission.EDIT_CALL,
        within=call,
    )
    awards = act.load_many(
        Award,
        Award.id.in_(award_ids),
        Award.state == "announced",
        to=Permission.EDIT_CALL,
        within=call,
    )
    still_open = {award.application_id for award in awards}
    if awards:
        act.move_many(awards, "lapse", reason="no answer in time")
        lapsed = [each for each in applications if each.id in still_open]
        act.move_many(lapsed, "decline", reason="no answer in time")
        _tell(act, call, lapsed, {award.application_id: award for award in awards})


def _tell(act: Act, call: Call, lapsed: Sequence[Application], awards: Mapping[int, Award]) -> None:
    people = addresses(act.session, [each.id for each in lapsed])
    for application in lapsed:
        answer_by = awards[application.id].answer_by
        for email in people.get(application.id, ()):
            mail.write(
                act,
                "offer_lapsed",
                to=email,
                reference=application.reference,
                call=call.title,
                day=format_date(answer_by) if answer_by else "",
                path=f"/applications/{application.id}",
            )


def _open_offer(act: Act, award_id: int, at: datetime) -> tuple[Application, Award]:
    """Lock application and award; refuse what is answered, lapsed or late."""
    application, award = _locked(act, award_id)
    if award.state != "announced" or award.answer_by is None:
        raise Conflict(N_("This offer is already answered, or it has lapsed."))
    answer_by_at = end_of_day(award.answer_by)
    if at > answer_by_at:
        raise Conflict(
            N_("The offer was open until {answer_by_at}. Your answer arrived at {received_at}."),
            answer_by_at=answer_by_at,
            received_at=at,
        )
    return application, award


def _locked(act: Act, award_id: int) -> tuple[Application, Award]:
    """Lock call, application and award, in this order: a declined award changes the call's sums."""
    act.wait_for(Call, rows.call_of(act.session, award_id))
    application = act.load(Application, rows.application_of(act.session, award_id), to=TO)
    return application, act.load(Award, award_id, to=TO)
