"""What somebody asks of the award report: filters as typed, and the columns they chose."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.documents import sheets
from app.documents.sheets import Column
from app.i18n.marks import N_
from app.queries.award_report_filter import NO_AGREEMENT, RESULTS, UNKNOWN_REGION, ReportFilter
from app.queries.award_report_sums import Totals
from app.queries.report_prints import View, views
from app.rules.lifecycle import AGREEMENT
from app.web import award_sheet, fields
from app.web.deps import Read
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, read
from app.web.states import shown_state

# In the address of a list: add all up, however many there are.
ADD_ALL = "add"
ALWAYS = "reference"  # the row's name: without it a line says nothing
FIRST_COLUMNS = (
    "lot", "rank", "reference", "applicant", "score", "requested_cents", "awarded_cents",
    "agreed_cents", "paid_cents", "recovered_cents", "left_cents", "status",
)  # fmt: skip
_RESULTS = {
    "full": N_("Awarded in full"),
    "part": N_("Awarded in part"),
    "declined": N_("Declined"),
    "reserve": N_("On the reserve list"),
    "refused": N_("Not selected"),
    "ineligible": N_("Not eligible"),
    "withdrawn": N_("Withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """`query` is what repeats this report; `saved` are the fields of a choice that was kept."""

    form: Form
    filter: ReportFilter
    columns: tuple[Column, ...]
    saved: tuple[str, ...]
    views: tuple[View, ...]
    view_id: int | None
    query: Mapping[str, str]


def asked_for(reader: Read, totals: Totals, typed: Mapping[str, str]) -> Asked:
    """Read filters and view; a view alone brings its own filters, typed ones win."""
    mine = views(reader.session, reader.actor)
    view = next((each for each in mine if str(each.view_id) == typed.get("view", "")), None)
    asked = {
        name: value for name, value in typed.items() if value and name not in {"page", ADD_ALL}
    }
    if view is not None and asked.keys() == {"view"}:
        asked |= view.query
    form = read(filter_fields(totals), asked)
    in_use = view or next((each for each in mine if not each.name), None)
    saved = in_use.columns if in_use else ()
    chosen = {*(saved or FIRST_COLUMNS), ALWAYS}
    return Asked(
        form=form,
        filter=_filter(form),
        columns=sheets.sheet(award_sheet.SHEET).only(chosen).columns,
        saved=tuple({*saved, ALWAYS}) if saved else (),
        views=mine,
        view_id=view.view_id if view else None,
        query=asked,
    )


def filter_fields(totals: Totals) -> tuple[Field, ...]:
    everything = Option("", N_("All"))
    lots = [Option(lot.code, Verbatim(lot.name)) for lot in totals.lots]
    regions = [
        Option(each.region or UNKNOWN_REGION, Verbatim(award_sheet.region_label(each.region)))
        for each in totals.regions
    ]
    results = [Option(key, _RESULTS[key]) for key in RESULTS]
    states = [Option(state, shown_state(state, "agreement")[0]) for state in AGREEMENT.states()]
    none = Option(NO_AGREEMENT, N_("No agreement yet"))
    show = (Option("", N_("With an award")), Option("all", N_("All that were sent in")))
    return (
        fields.hidden("view"),
        fields.choice("show", N_("Applications"), show),
        fields.choice("lot", N_("Lot"), (everything, *lots)),
        fields.choice("region", N_("Region"), (everything, *regions)),
        fields.choice("result", N_("Result"), (everything, *results)),
        fields.choice("agreement", N_("Agreement"), (everything, none, *states)),
        fields.text("words", N_("Words"), hint=N_("Reference, title or applicant"), max_length=100),
    )


def _filter(form: Form) -> ReportFilter:
    """Return the filter; results without an award are looked for among all that were sent in."""
    given = {name: str(value or "") for name, value in form.values.items()}
    found = ReportFilter(
        lot=given["lot"],
        region=given["region"],
        result=given["result"],
        agreement=given["agreement"],
        words=given["words"],
    )
    is_about_awards = found.result in {"", "full", "part"}
    return replace(found, awards_only=given["show"] != "all" and is_about_awards)
