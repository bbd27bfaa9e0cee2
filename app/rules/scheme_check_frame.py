"""Whether reports, indicators, state aid, the funder's block and times for files make sense."""

from collections.abc import Iterator

from app.rules.scheme import Scheme
from app.rules.scheme_findings import Finding, error, repeated, warning
from app.rules.scheme_letters import AidRegime, ReportKind, ReportRule, StateAid

# What papers and pages can draw.
EMBLEMS = frozenset({"none", "eu"})


def frame_findings(scheme: Scheme) -> Iterator[Finding]:
    yield from _reports(scheme.reports)
    codes = (indicator.code for indicator in scheme.indicators)
    yield from repeated(codes, "indicators")
    yield from _aid(scheme, scheme.state_aid)
    if scheme.visibility.emblem not in EMBLEMS:
        known = ", ".join(sorted(EMBLEMS))
        yield error("emblem", "visibility.emblem", emblem=scheme.visibility.emblem, known=known)
    for name in ("rejected_years", "granted_years", "small_grant_years"):
        if getattr(scheme.retention, name) < 1:
            yield error("not_positive", f"retention.{name}")


def _reports(reports: tuple[ReportRule, ...]) -> Iterator[Finding]:
    """A report is due at one time: a final one after the end, an interim one before it."""
    yield from repeated((report.key for report in reports), "reports")
    for place, report in enumerate(reports):
        path = f"reports[{place}]"
        for name in ("every_months", "due_months"):
            months = getattr(report, name)
            if months is not None and months < 1:
                yield error("at_least_one", f"{path}.{name}")
        if report.kind is ReportKind.FINAL and report.every_months is not None:
            yield error("final_report_repeated", f"{path}.every_months")
        if report.kind is ReportKind.INTERIM and report.due_months is not None:
            yield error("interim_report_after_end", f"{path}.due_months")


def _aid(scheme: Scheme, rule: StateAid) -> Iterator[Finding]:
    """De minimis aid is counted against a ceiling over some years (handbook 3.1)."""
    if rule.ceiling_years is not None and rule.ceiling_years < 1:
        yield error("at_least_one", "state_aid.ceiling_years")
    if rule.regime is not AidRegime.DE_MINIMIS:
        return
    if not rule.ceiling_cents:
        yield error("aid_ceiling_missing", "state_aid.ceiling")
    elif any(_most(scheme, place) > rule.ceiling_cents for place in range(len(scheme.lots))):
        # Nothing of an aid above the ceiling counts as de minimis: it cannot be cut afterwards.
        yield warning("aid_above_ceiling", "state_aid.ceiling")
    if rule.ceiling_years is None:
        yield error("aid_years_missing", "state_aid.ceiling_years")


def _most(scheme: Scheme, place: int) -> int:
    lot = scheme.lots[place]
    return lot.envelope_cents if lot.max_grant_cents is None else lot.max_grant_cents
