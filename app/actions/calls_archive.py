"""Put a call away when everything of it is at an end; nothing is deleted by it."""

from app.actions.act import Act
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import Call
from app.queries.calls_archive import open_ends
from app.rules.permissions import Permission

NO_REASON = N_("Write why the call is put away; it is kept in the audit trail.")
NOT_NOW = N_("Only a call whose results are announced can be put away.")


def archive(act: Act, call_id: int, *, reason: str) -> None:
    """Archive an announced call; Conflict while an offer, agreement, payment or thing is open.

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
    act.move(call, "archive", reason=reason.strip())
