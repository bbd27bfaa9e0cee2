"""Inviting those whom an award without a competition names, as it is published."""

from app.actions import mail
from app.actions.act import Act
from app.models import Call
from app.queries.calls import authority_name
from app.queries.contacts import named_in
from app.rules.permissions import Facts, Permission
from app.rules.scheme import Scheme
from app.rules.scheme_text import said


def invite_named(act: Act, call: Call, scheme: Scheme) -> None:
    """Write to everybody of the named organisations; nothing where everybody may apply.

    Whoever is not registered yet cannot be written to: the trail says how many were, and the
    address of the call is what the authority sends them.
    """
    direct = scheme.call.direct
    if direct is None:
        return
    act.allow(Permission.PUBLISH_CALL, Facts(authority_id=call.authority_id, call_id=call.id))
    language = scheme.languages[0]
    found = named_in(act.session, direct)
    authority = authority_name(act.session, call.authority_id)
    for organisation, address in found:
        mail.write(
            act,
            "direct_invitation",
            to=address,
            locale=language,
            authority=authority,
            organisation=organisation,
            call=call.title,
            code=call.code,
            closes_at=call.closes_at,
            justification=said(direct.justification, language),
            path=f"/calls/{call.id}",
        )
    act.record(call, "invite_named", named=len({organisation for organisation, _ in found}))
