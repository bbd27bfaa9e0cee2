"""Reports that no instalment brings: finance notes that one came on paper or by e-mail."""

from datetime import date

from app.actions.act import Act
from app.errors import Conflict, Invalid, NotFound, Said
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Agreement, PaperReport
from app.queries import reporting
from app.queries.reporting import ReportLine
from app.rules.permissions import Permission

TO = Permission.CHECK_PAYMENT


def note(act: Act, agreement_id: int, about: str, *, came_on: date) -> None:
    """Keep on which day a report came; it is no longer told as late."""
    agreement = act.load(Agreement, agreement_id, to=TO)
    line = _line(act, agreement, about)
    if line.is_in:
        raise Conflict(N_("This report is noted already. Look at the page again."))
    wrong: dict[str, str | Said] = {}
    if came_on > act.now.astimezone(ZONE).date():
        wrong["came_on"] = N_("This day lies ahead. Enter the day on which it came.")
    elif agreement.starts_on is not None and came_on < agreement.starts_on:
        wrong["came_on"] = N_("The agreement began on {from_on}. Enter that day or a later one.")
    if wrong:
        raise Invalid(wrong, from_on=agreement.starts_on)
    row = PaperReport(
        agreement_id=agreement.id,
        about=about,
        came_on=came_on,
        noted_by=act.actor.user_id,
        noted_at=act.now,
    )
    act.create(row, to=TO, within=agreement)
    act.record(agreement, "report_came", title=line.title, came_on=came_on)


def drop(act: Act, agreement_id: int, about: str, *, reason: str) -> None:
    """Take a note back that was a mistake: the report is awaited again."""
    agreement = act.load(Agreement, agreement_id, to=TO)
    line = _line(act, agreement, about)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why the note is taken back.")})
    noted = act.load_many(
        PaperReport,
        PaperReport.agreement_id == agreement.id,
        PaperReport.about == about,
        to=TO,
        within=agreement,
    )
    if not noted:
        raise Conflict(N_("This report is not noted as come. Look at the page again."))
    for row in noted:
        act.session.delete(row)
    act.session.flush()
    act.record(
        agreement, "report_not_come", title=line.title, came_on=line.came_on, reason=reason.strip()
    )


def _line(act: Act, agreement: Agreement, about: str) -> ReportLine:
    """Return a report that comes on paper under an agreement that was signed."""
    listed = reporting.lines(act.session, agreement.id, act.now)
    found = next((each for each in listed if each.about == about and not each.is_known), None)
    if found is None or agreement.state in ("draft", "sent"):
        raise NotFound
    return found
