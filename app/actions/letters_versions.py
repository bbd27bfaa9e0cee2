"""A letter that has left is issued again as a new version; the old one stays, marked as replaced.

The decision does not change: amounts, scores, reasons and days are those of the first version.
Only what a letter says of people and addresses is taken anew. Source: decision 10.
"""

from dataclasses import replace
from typing import Any

from app.actions import letters, letters_release, notices, paper_parts
from app.actions.act import Act
from app.documents import contexts as c
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import Application, Call, Letter, Stage
from app.queries import letterhead, letters_sources
from app.queries import letters as rows
from app.rules.deadlines import ZONE
from app.rules.permissions import Permission

TO = Permission.PREPARE_LETTERS
MOST_REASON = 500


def reissue(act: Act, letter_id: int, *, reason: str) -> int:
    """Write the next version of a released letter; return its id. It leaves by `release`.

    The reason stands in the new version, so the applicant reads it.
    """
    call, stage, old = _loaded(act, letter_id, to=TO)
    text = " ".join(reason.split())
    if not text:
        raise Invalid({"reason": N_("Write why it is issued again, as the applicant reads it.")})
    if len(text) > MOST_REASON:
        raise Invalid({"reason": N_("Say it in fewer words: it is one sentence of the letter.")})
    if old.released_at is None or old.state != "sent":
        raise Conflict(N_("Only a letter that has left, in its newest version, is issued again."))
    if rows.next_version(act.session, letter_id) is not None:
        raise Conflict(N_("A new version of this letter is being prepared already."))
    number = rows.last_number(act.session, stage.id, old.application_id) + 1
    code = letters.new_code()
    row = Letter(
        call_id=call.id,
        stage_id=stage.id,
        application_id=old.application_id,
        kind=old.kind,
        document=old.document,
        number=number,
        context=_context(act, old, number=number, code=code, reason=text),
        check_code=code,
        prepared_at=act.now,
        prepared_by=act.actor.user_id,
        activation_id=old.activation_id,
        replaces_id=old.id,
        reissue_reason=text,
    )
    act.create(row, to=TO, within=stage)
    act.record(old, "reissue", version=number, reason=text)
    letters.ask_for_paper(act.session, [row.id])
    return row.id


def drop(act: Act, letter_id: int, *, reason: str) -> int:
    """Set a new version aside that has not left; the old one keeps holding. Return its stage."""
    _, stage, new = _loaded(act, letter_id, to=TO)
    if new.replaces_id is None or new.released_at is not None:
        raise Conflict(N_("Only a new version that has not left is set aside."))
    act.move(new, "supersede", reason=reason)
    return stage.id


def release(act: Act, letter_id: int) -> int:
    """Let a new version leave: the applicant sees both, the old one as replaced. Its stage."""
    call, stage, new = _loaded(act, letter_id, to=Permission.ANNOUNCE)
    if new.replaces_id is None or new.released_at is not None:
        raise Conflict(N_("This letter leaves with the announcement, or has left already."))
    if new.state not in letters_release.READY:
        raise Conflict(N_("The new version is not printed yet. Wait, or try it again."))
    old = act.load(Letter, new.replaces_id, to=Permission.ANNOUNCE)
    new.released_at = act.now
    act.move(old, "supersede", reason=new.reissue_reason)
    act.move(new, "send")
    notices.tell(act, call, [new.application_id])
    return stage.id


def _loaded(act: Act, letter_id: int, *, to: Permission) -> tuple[Call, Stage, Letter]:
    """Lock call, stage, application, letter: the order in which everybody locks."""
    place = rows.place_of(act.session, letter_id)
    call = act.load(Call, place.call_id, to=to)
    stage = act.load(Stage, place.stage_id, to=to)
    act.load(Application, place.application_id, to=to)
    return call, stage, act.load(Letter, letter_id, to=to)


def _context(
    act: Act, old: Letter, *, number: int, code: str, reason: str
) -> dict[str, Any]:  # Any: JSON
    before = c.from_json(old.document, old.context)
    head = c.head_of(before)
    assert isinstance(head, c.Letter)
    source = letters_sources.of_applications(act.session, old.stage_id, [old.application_id])[0]
    assert head.verification is not None
    new = replace(
        head,
        reference=f"{_stem(head.reference, old.number)}-{number}",
        written_on=act.now.astimezone(ZONE).date(),
        authority=paper_parts.authority(letterhead.sender(act.session, old.call_id)),
        addressee=c.Addressee(
            organisation=source.organisation,
            address=paper_parts.lines(source.address, f"{source.postcode} {source.city}"),
            person=source.representative_name,
            function=source.representative_title,
        ),
        verification=replace(head.verification, code=code),
        replaces=c.Replaced(reference=head.reference, written_on=head.written_on, reason=reason),
    )
    return c.to_json(c.with_letter(before, new))


def _stem(reference: str, number: int) -> str:
    """Return the reference of the first version."""
    return reference.removesuffix(f"-{number}") if number > 1 else reference
