"""Letters: prepared after the decision, printed by a worker, looked at under embargo.

Nobody outside the authority sees a letter before it is released with all others
(`decisions.announce`). An issued file is never replaced: a new version is a new row.
"""

import secrets
from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app import queue
from app.actions import letters_material, printing, printing_failures
from app.actions.act import Act
from app.actions.letters_context import LETTERS, Sheet, context_of
from app.actions.letters_material import Material
from app.documents.child import Renderer
from app.documents.store import Store
from app.errors import Conflict
from app.i18n.marks import N_
from app.models import Call, Letter, Stage
from app.queries import letters as rows
from app.queries import letters_sources
from app.queries.letters_sources import Source
from app.queries.stages import call_of
from app.rules import scheme_letters
from app.rules.deadlines import ZONE
from app.rules.permissions import Permission
from app.rules.scheme_letters import Outcome

TO = Permission.PREPARE_LETTERS
TASK = "letters.render"
# Letters wait behind mail: somebody may be waiting for a link to sign in.
PRIORITY = -10
# Digits and letters that nobody confuses; 16 of them are 80 bits.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# A letter that waits for so long has lost its job, whatever happened to the queue.
LOST_AFTER = timedelta(minutes=15)


def prepare(act: Act, stage_id: int, *, announce_on: date | None = None) -> int:
    """Write the letters of a decided stage that are missing; return how many.

    They are dated `announce_on` (today if not given), from which the days to answer an
    offer are counted. Twice makes nothing twice.
    """
    stage = _decided_stage(act, stage_id)
    return _write_missing(act, stage, announce_on or act.now.astimezone(ZONE).date())


def prepare_again(act: Act, stage_id: int, *, reason: str, announce_on: date | None = None) -> int:
    """Set the letters that are not released aside and write all of them anew, as next versions."""
    stage = _decided_stage(act, stage_id)
    old = act.load_many(
        Letter,
        Letter.stage_id == stage.id,
        Letter.released_at.is_(None),
        Letter.state != "superseded",
        to=TO,
        within=stage,
    )
    if old:
        act.move_many(old, "supersede", reason=reason)
    return _write_missing(act, stage, announce_on or act.now.astimezone(ZONE).date())


def render(act: Act, letter_id: int, *, renderer: Renderer, store: Store) -> None:
    """Print one letter (the job `letters.render`); a second run finds it done and does nothing."""
    found = rows.unprinted(act.session, letter_id)
    if found is None:
        return
    waiting = printing.letter(found.document, found.context)
    printed = printing.lay_out(waiting, renderer=renderer, store=store)
    letter = act.load(Letter, letter_id, to=TO)
    if letter.state != "queued":
        return
    letter.file_id = printing.keep(act, printed, waiting.filename, to=TO, within=letter)
    letter.page_count, letter.rendered_at, letter.failure = printed.pages, act.now, ""
    act.move(letter, "render", sha256=printed.sha256, pages=letter.page_count)


def fail(act: Act, letter_id: int, error: Exception) -> None:
    """Keep why a letter could not be printed, after the last attempt."""
    letter = act.load(Letter, letter_id, to=TO)
    if letter.state == "queued":
        letter.failure = printing_failures.code_of(error)
        act.move(letter, "fail", cause=printing_failures.cause_of(error))


def retry(act: Act, letter_id: int) -> int:
    """Try a failed letter again; return its stage."""
    letter = act.load(Letter, letter_id, to=TO)
    letter.failure = ""
    act.move(letter, "retry")
    ask_for_paper(act.session, [letter.id])
    return letter.stage_id


def retry_all(act: Act, stage_id: int) -> int:
    """Try every failed letter of a stage again, and those that wait for too long; how many."""
    stage = _loaded_stage(act, stage_id)
    failed = act.load_many(
        Letter, Letter.stage_id == stage.id, Letter.state == "failed", to=TO, within=stage
    )
    for letter in failed:
        letter.failure = ""
    if failed:
        act.move_many(failed, "retry")
    keys = [letter.id for letter in failed]
    keys += rows.lost(act.session, stage.id, act.now - LOST_AFTER)
    ask_for_paper(act.session, dict.fromkeys(keys))
    return len(set(keys))


def look_at(act: Act, letter_id: int) -> None:
    """Note that somebody of the authority has looked at a letter before it leaves."""
    letter = act.load(Letter, letter_id, to=TO)
    if letter.looked_at_at is None and letter.released_at is None and letter.file_id is not None:
        letter.looked_at_at = act.now
        act.record(letter, "look_at")


def opened(act: Act, letter_id: int) -> None:
    """Note when the applicant opened a released letter for the first time."""
    letter = act.load(Letter, letter_id, to=Permission.SEE_OWN_APPLICATION)
    if letter.released_at is not None and letter.opened_at is None:
        letter.opened_at = act.now
        act.record(letter, "opened")


def _decided_stage(act: Act, stage_id: int) -> Stage:
    stage = _loaded_stage(act, stage_id)
    if stage.state != "decided":
        raise Conflict(
            N_(
                "Letters are written between the decision and its announcement. "
                "The stage is “{state}”."
            ),
            state=stage.state,
        )
    return stage


def _loaded_stage(act: Act, stage_id: int) -> Stage:
    act.load(Call, call_of(act.session, stage_id), to=TO)
    return act.load(Stage, stage_id, to=TO)


def _write_missing(act: Act, stage: Stage, dated_on: date) -> int:
    sources = letters_sources.waiting(act.session, stage.id)
    if not sources:
        return 0
    material = letters_material.gather(
        act.session,
        call_id=stage.call_id,
        stage_id=stage.id,
        stage_key=stage.key,
        dated_on=dated_on,
    )
    written = write(act, stage, material, sources, to=TO)
    act.record(stage, "prepare_letters", letters=written, dated_on=dated_on)
    return written


def write(
    act: Act,
    stage: Stage,
    material: Material,
    sources: Iterable[Source],
    *,
    to: Permission,
    activation_id: int | None = None,
) -> int:
    """Write one letter for each source and ask for its paper; return how many. Part of deeds."""
    sheets = [_sheet(material, each) for each in sources]
    listed = [_row(act, stage, sheet) | {"activation_id": activation_id} for sheet in sheets]
    act.create_many(Letter, listed, to=to, within=stage)
    keys = rows.by_codes(act.session, [sheet.check_code for sheet in sheets])
    ask_for_paper(act.session, keys)
    return len(keys)


def _sheet(material: Material, source: Source) -> Sheet:
    rule = _rule(material, source)
    if Outcome(source.outcome) is Outcome.PRESELECTED and material.closes_at is None:
        raise Conflict(
            N_("The invitations name the deadline: set the dates of the next stage first.")
        )
    return Sheet(
        material=material,
        source=source,
        rule=rule,
        number=source.letters_before + 1,
        check_code=new_code(),
    )


def _rule(material: Material, source: Source) -> scheme_letters.Letter:
    known = source.outcome in {each.value for each in Outcome}
    rule = (
        material.scheme.letter_for(Outcome(source.outcome), material.stage.key) if known else None
    )
    if rule is None or rule.document not in LETTERS:
        raise Conflict(
            N_("The rules of this call have no letter for “{outcome}” ({reference})."),
            outcome=source.outcome or "–",
            reference=source.reference,
        )
    return rule


def _row(act: Act, stage: Stage, sheet: Sheet) -> dict[str, object]:
    return {
        "call_id": stage.call_id,
        "stage_id": stage.id,
        "application_id": sheet.source.application_id,
        "kind": sheet.rule.key,
        "document": sheet.rule.document,
        "number": sheet.number,
        "state": "queued",
        "context": context_of(sheet),
        "check_code": sheet.check_code,
        "failure": "",
        "prepared_at": act.now,
        "prepared_by": act.actor.user_id,
        "version": 1,
    }


def ask_for_paper(session: Session, keys: Iterable[int]) -> None:
    """Enqueue the printing of letters; part of deeds that wrote them."""
    listed = [{"letter_id": key} for key in keys]
    queue.enqueue_many(session, TASK, listed, priority=PRIORITY)


def new_code() -> str:
    """Return a code that nobody guesses, in groups of four."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(code[start : start + 4] for start in range(0, 16, 4))
