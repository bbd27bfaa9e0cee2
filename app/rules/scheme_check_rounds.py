"""Whether the rounds of a scheme follow each other, and whether a call is one of them."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from app.rules.scheme import CallDates, Scheme
from app.rules.scheme_findings import Finding, error, warning
from app.rules.scheme_money import LotMode
from app.rules.scheme_rounds import Rounds

PATH = "rounds.cut_offs"


def round_findings(
    scheme: Scheme, dates: CallDates | None, zone: ZoneInfo, *, follows: bool
) -> Iterator[Finding]:
    """Say what is wrong with the rounds; `follows` is True for a round after the first."""
    rounds = scheme.rounds
    if rounds is None:
        return
    days = rounds.cut_offs
    if not days:
        yield error("rounds_without_cut_offs", PATH)
    if list(days) != sorted(set(days)):
        yield error("cut_offs_out_of_order", PATH)
    if any(day > scheme.period.ends_on for day in days):
        yield error("cut_off_after_period", PATH, ends_on=scheme.period.ends_on)
    if scheme.call.direct is not None:
        yield error("direct_in_rounds", "rounds")
    if follows and not scheme.envelope_cents:
        yield warning("round_without_money", "envelope")
    elif follows and (codes := without_money(scheme)):
        yield warning("lots_without_money", "lots", lots=", ".join(codes))
    if dates is not None and days:
        yield from _dates(scheme, rounds, dates, zone)


def without_money(scheme: Scheme) -> tuple[str, ...]:
    """Return the lots that have nothing to give; none where all lots are one pot."""
    if scheme.allocation.lot_mode is LotMode.COMMON_POT:
        return ()
    return tuple(lot.code for lot in scheme.lots if not lot.envelope_cents)


def _dates(scheme: Scheme, rounds: Rounds, dates: CallDates, zone: ZoneInfo) -> Iterator[Finding]:
    closes_on = dates.closes_at.astimezone(zone).date()
    if closes_on not in rounds.cut_offs:
        listed = ", ".join(f"{day:%d.%m.%Y}" for day in rounds.cut_offs)
        yield error("closes_on_no_cut_off", "dates.closes_at", closes_on=closes_on, days=listed)
    following_on = rounds.after(closes_on)
    if rounds.keeps_reserve or scheme.allocation.pro_rata or following_on is None:
        return
    valid_until = scheme.allocation.reserve_valid_until
    if valid_until is None or valid_until > following_on:
        path = "allocation.reserve_valid_until"
        yield error("reserve_outlives_round", path, cut_off_on=following_on)
