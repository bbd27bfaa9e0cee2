"""Keep the tallies of applications small, and right should anything have gone around them."""

import logging

from sqlalchemy import delete, insert, text

from app.actions.act import Act
from app.models import Application, ApplicationLine, ApplicationTally
from app.queries import tallies

_log = logging.getLogger("envelope.tallies")
_COLUMNS = (*tallies.ALIKE, *tallies.SUMMED)
# Who mends while another folds would not take away what it never saw: it would count twice.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('envelope.tallies', 0))")


def fold(act: Act) -> None:
    """Make one row of those that stand for lines alike, beside writers that append more.

    One statement takes the rows away and writes their sum, so no reader ever sees neither.
    """
    act.session.execute(_ONE_AT_A_TIME)
    rows = delete(ApplicationTally).where(ApplicationTally.id.in_(tallies.repeated()))
    gone = rows.returning(*(getattr(ApplicationTally, name) for name in _COLUMNS)).cte("gone")
    act.session.execute(insert(ApplicationTally).from_select(_COLUMNS, tallies.added_up(gone)))


def mend(act: Act) -> tallies.Differences:
    """Write lines and sums again where they are not what the rows say; return how many.

    Nothing but a script that went around the triggers leaves any, so the log says it.
    """
    found = tallies.differences(act.session)
    if found.are_none:
        return found
    _log.warning("tallies were wrong: %s lines, %s sums", found.lines, found.sums)
    act.session.execute(_ONE_AT_A_TIME)
    # Writing again leaves the line of a draft, which has nothing that it could come from.
    drafts = delete(ApplicationLine).where(
        ApplicationLine.application_id == Application.id, Application.submitted_at.is_(None)
    )
    act.session.execute(drafts, execution_options={"synchronize_session": False})
    keys = tallies.wrong_lines(act.session)
    act.session.execute(text("SELECT envelope_write_lines(:keys)"), {"keys": keys})
    # What others change meanwhile is in neither: their lines and their rows come together.
    gone = delete(ApplicationTally).returning(ApplicationTally.id).cte("gone")
    act.session.execute(
        insert(ApplicationTally).from_select(_COLUMNS, tallies.summed_lines()).add_cte(gone)
    )
    return found
