"""What the steps of a grant in kind are about, and questions that several of them ask."""

from dataclasses import dataclass, replace

from app.i18n.marks import N_
from app.queries.in_kind_holders import Holder
from app.queries.in_kind_money import PaperLine, ReturnLine
from app.queries.in_kind_page import AssetLine, InKindPage, OwnShareLine
from app.rules.permissions import Facts
from app.rules.scheme_text import said
from app.web.fields import Field, Verbatim, date_of, long_text, text, yes_no
from app.web.forms import Form


@dataclass(frozen=True, slots=True)
class Whole:
    """The grant itself."""

    grant: InKindPage
    name: str = ""

    @property
    def facts(self) -> Facts:
        return self.grant.facts


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing; `holders` are those who may get it, asked for where a form offers them."""

    grant: InKindPage
    asset: AssetLine
    holders: tuple[Holder, ...] = ()

    @property
    def name(self) -> str:
        return self.asset.title

    @property
    def facts(self) -> Facts:
        """Who chose or ordered it may not approve it, who proposed a holder not agree."""
        people = set(self.asset.prepared_by)
        if self.asset.state == "repossessed" and self.asset.holder is not None:
            people = {self.asset.holder.proposed_by or 0}
        elif self.asset.change is not None and self.asset.change.proposed_by is not None:
            people.add(self.asset.change.proposed_by)
        return replace(self.grant.facts, prepared_by=frozenset(people))


@dataclass(frozen=True, slots=True)
class Paper:
    grant: InKindPage
    paper: PaperLine

    @property
    def name(self) -> str:
        return ", ".join(self.paper.things)

    @property
    def facts(self) -> Facts:
        return self.grant.facts


@dataclass(frozen=True, slots=True)
class Back:
    """Own share that goes back to the beneficiary."""

    grant: InKindPage
    line: ReturnLine

    @property
    def name(self) -> str:
        return self.line.account

    @property
    def facts(self) -> Facts:
        return replace(self.grant.facts, prepared_by=_people(self.line.proposed_by))


@dataclass(frozen=True, slots=True)
class Paid:
    """Own share that the beneficiary paid in."""

    grant: InKindPage
    share: OwnShareLine

    @property
    def name(self) -> str:
        return self.share.bank_reference

    @property
    def facts(self) -> Facts:
        return replace(self.grant.facts, prepared_by=_people(self.share.recorded_by))


@dataclass(frozen=True, slots=True)
class DeedPage:
    """The page of one step; `thing` is empty where it concerns the whole grant."""

    form: Form
    grant: InKindPage
    title: str
    explains: str
    thing: str = ""


def _people(who: int | None) -> frozenset[int]:
    return frozenset() if who is None else frozenset({who})


REASON = long_text(
    "reason", N_("Reason"), missing=N_("Write the reason; it is kept on file."), max_words=200
)
BANK = text(
    "bank_reference",
    N_("Reference of the bank"),
    missing=N_("Enter the reference on the bank statement."),
    max_length=80,
)
ITEM = (
    text("title", N_("What is needed"), missing=N_("Enter what is needed."), max_length=200),
    text("quantity", N_("Quantity"), hint=N_("For example 1 piece"), max_length=60),
    long_text(
        "specification",
        N_("Technical specification"),
        hint=N_("What it must be able to do. No brands."),
        max_words=300,
    ),
)
STATEMENT = (
    date_of("paid_on", N_("Day on the bank statement"), missing=N_("Enter the day")),
    BANK,
)


def reason_only(_: object) -> tuple[Field, ...]:
    return (REASON,)


def condition_field(what: Whole | Thing) -> tuple[Field, ...]:
    """Ask for the condition of the title in the scheme's words; nothing where it has none."""
    condition = said(what.grant.retention_condition, what.grant.language)
    return (yes_no("condition", Verbatim(condition)),) if condition else ()
