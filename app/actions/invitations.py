"""Inviting those whom an award without a competition names: as it is published, and later."""

from collections.abc import Container, Sequence

from app.actions import mail
from app.actions.act import Act
from app.errors import Conflict
from app.i18n.marks import N_
from app.models import Call
from app.queries.calls import authority_name
from app.queries.named import INVITED, Named, invited, named_in
from app.queries.schemes import scheme_of
from app.rules.permissions import Facts, Permission
from app.rules.scheme import Scheme
from app.rules.scheme_direct import DirectAward
from app.rules.scheme_text import said

TO = Permission.PUBLISH_CALL


def invite_named(act: Act, call: Call, scheme: Scheme) -> None:
    """Write to everybody of the named organisations; nothing where everybody may apply.

    Whoever is not registered yet cannot be written to: the page of those who are named says
    who that is, and `invite_new` writes to them once they have an account.
    """
    act.allow(TO, Facts(authority_id=call.authority_id, call_id=call.id))
    direct = scheme.call.direct
    if direct is not None:
        _write(act, call, scheme, direct, _to_write_to(act, direct, ()))


def invite_new(act: Act, call_id: int) -> int:
    """Write to those of a published call who were not written to before; return how many."""
    call = act.load(Call, call_id, to=TO)
    scheme = scheme_of(act.session, call_id)
    direct = scheme.call.direct
    if direct is None:
        raise Conflict(N_("Everybody may apply in this call, so nobody is invited by name."))
    if call.state != "published" or call.closes_at is None or call.closes_at < act.now:
        raise Conflict(N_("The call takes no applications now, so nobody is invited."))
    new = _to_write_to(act, direct, invited(act.session, call_id))
    if not new:
        raise Conflict(N_("Everybody who can be written to was invited already."))
    _write(act, call, scheme, direct, new)
    return len(new)


def _to_write_to(act: Act, direct: DirectAward, told: Container[int]) -> list[Named]:
    """Return each organisation once, also where the rules name several of its numbers."""
    found = {
        each.organisation_id: each
        for each in named_in(act.session, direct)
        if each.addresses and each.organisation_id not in told
    }
    return list(found.values())


def _write(
    act: Act, call: Call, scheme: Scheme, direct: DirectAward, found: Sequence[Named]
) -> None:
    language = scheme.languages[0]
    authority = authority_name(act.session, call.authority_id)
    for each in found:
        subject, body = mail.filled(
            "direct_invitation",
            locale=language,
            authority=authority,
            organisation=each.name,
            call=call.title,
            code=call.code,
            closes_at=call.closes_at,
            justification=said(direct.justification, language),
            path=f"/calls/{call.id}",
        )
        mail.post_many(act, to=each.addresses, subject=subject, body=body)
    act.record(
        call,
        INVITED,
        named=len(found),
        organisations=[each.name for each in found],
        organisation_ids=[each.organisation_id for each in found],
    )
