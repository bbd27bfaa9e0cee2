"""Put a call away when everything of it is at an end; nothing is deleted by it."""

from app.actions.act import Act
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import Call
from app.queries.calls_archive import open_ends
from app.queries.rounds import left_for_next
from app.rules.permissions import Permission

NO_REASON = N_("Write why the call is put away; it is kept in the audit trail.")
LEFT = N_(
    "{left} of this round is still free, and {code} could get it. Let it move there first; what is "
    "kept for the reserve list can move once the list ends. When that round is over as well, this "
    "one can be put away with what it has left."
)
NOT_NOW = N_("Only a call whose results are announced can be put away.")


def archive(act: Act, call_id: int, *, reason: str) -> None:
    """Archive an announced call; Conflict while an offer, agreement, payment or thing is open,
    or while a later round could still get what this one has left.

    Results, letters and the trail stay readable. From here on no reserve list is called, no
    money moves to another round and no corrigendum is published; the times for keeping files
    run as the scheme says.
    """
    call = act.load(Call, call_id, to=Permission.PUBLISH_CALL)
    if call.state != "announced":
        raise Conflict(NOT_NOW)
    if not reason.strip():
        raise Invalid({"reason": NO_REASON})
    # Whatever opens one of these holds the call first, or needs one that is open already.
    if not open_ends(act.session, call_id).is_settled:
        raise Conflict(N_("Something of this call is not at an end. The page says what."))
    if left := left_for_next(act.session, call_id):
        raise Conflict(LEFT, left_cents=left.cents, currency=call.currency, code=left.code)
    act.move(call, "archive", reason=reason.strip())
