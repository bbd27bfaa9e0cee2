"""What can be done to a ranked list: which deed is legal when, for whom, and what it asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.actions import allocation, decisions, preselection, ranking, scores
from app.actions.act import Act
from app.i18n.marks import N_
from app.queries.ranking_lists import StageRanking
from app.rules.permissions import Actor, Facts, Permission, may
from app.web.fields import Field, long_text, moment
from app.web.forms import Form

REASON = long_text(
    "reason", N_("Reason"), missing=N_("Write the reason; it is kept on file."), max_words=300
)
NEXT_STAGE = (
    moment("opens_at", N_("The next stage opens"), missing=N_("Enter when it opens")),
    moment("closes_at", N_("The next stage closes"), missing=N_("Enter when it closes")),
)

# The same two moments of a stage to which people come instead of handing something in.
INTERVIEWS = (
    moment("opens_at", N_("The interviews begin"), missing=N_("Enter when the interviews begin")),
    moment("closes_at", N_("The interviews end"), missing=N_("Enter when the interviews end")),
)


@dataclass(frozen=True, slots=True)
class NextStage:
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Deed:
    """One button. Without `fields` it acts at once, with them it has a page of its own."""

    needs: Permission
    button: str
    notice: str
    run: Callable[[Act, StageRanking, Form], object]
    explains: str = ""
    fields: tuple[Field, ...] = ()
    kind: str = "primary"


def _reason(form: Form) -> str:
    return str(form.values["reason"])


def _announce_preselection(act: Act, page: StageRanking, form: Form) -> None:
    dates = form.into(NextStage)
    decisions.announce_preselection(
        act, page.stage_id, opens_at=dates.opens_at, closes_at=dates.closes_at
    )


DEEDS: dict[str, Deed] = {
    "agree": Deed(
        needs=Permission.AGREE_SCORES,
        button=N_("Agree the scores that are ready"),
        notice=N_("The scores are agreed where no third assessor is needed."),
        run=lambda act, page, _: scores.agree_all(act, page.stage_id),
    ),
    "rank": Deed(
        needs=Permission.RANK,
        button=N_("Rank the list"),
        notice=N_("The list is ranked."),
        run=lambda act, page, _: ranking.rank(act, page.stage_id),
    ),
    "preselect": Deed(
        needs=Permission.RANK,
        button=N_("Compute the shortlist"),
        notice=N_("The shortlist is computed. A second person decides on it."),
        run=lambda act, page, _: preselection.preselect(act, page.stage_id),
    ),
    "allocate": Deed(
        needs=Permission.ALLOCATE,
        button=N_("Run the allocation"),
        notice=N_("The awards are proposed. A second person decides on them."),
        run=lambda act, page, _: allocation.allocate(act, page.call_id),
    ),
    "decide_preselection": Deed(
        needs=Permission.DECIDE,
        button=N_("Decide on the shortlist"),
        notice=N_("The shortlist is decided. Prepare the letters next."),
        run=lambda act, page, form: decisions.decide_preselection(
            act, page.stage_id, reason=_reason(form)
        ),
        explains=N_(
            "You make this shortlist the decision of the authority. It cannot be taken back. "
            "Nobody outside sees it before it is announced."
        ),
        fields=(REASON,),
    ),
    "decide": Deed(
        needs=Permission.DECIDE,
        button=N_("Decide on the awards"),
        notice=N_("The awards are decided. Prepare the letters next."),
        run=lambda act, page, form: decisions.decide(act, page.call_id, reason=_reason(form)),
        explains=N_(
            "You make these awards the decision of the authority. It cannot be taken back. "
            "Nobody outside sees it before it is announced."
        ),
        fields=(REASON,),
    ),
    "announce_preselection": Deed(
        needs=Permission.ANNOUNCE,
        button=N_("Announce the shortlist"),
        notice=N_("All letters are released and the next stage is set."),
        run=_announce_preselection,
        explains=N_(
            "All letters of this stage are released together, and everybody on the shortlist "
            "is invited to the next stage."
        ),
        fields=NEXT_STAGE,
    ),
    "announce_interviews": Deed(
        needs=Permission.ANNOUNCE,
        button=N_("Announce the shortlist and invite to interviews"),
        notice=N_("All letters are released. Next, give each of the shortlist an hour."),
        run=_announce_preselection,
        explains=N_(
            "All letters of this stage are released together, and everybody on the shortlist "
            "is invited to an interview. Nobody has to hand anything in. Next, give each an hour "
            "and assign those who hold the interviews; the list can be ranked when they have "
            "ended."
        ),
        fields=INTERVIEWS,
    ),
    "announce": Deed(
        needs=Permission.ANNOUNCE,
        button=N_("Announce the decisions"),
        notice=N_("All letters are released and everybody is told."),
        run=lambda act, page, _: decisions.announce(act, page.call_id),
    ),
    "take_back": Deed(
        needs=Permission.RANK,
        button=N_("Take the ranking back"),
        notice=N_("The assessment is open again."),
        run=lambda act, page, form: ranking.take_back(act, page.stage_id, reason=_reason(form)),
        explains=N_("The assessment of this stage is opened again. The ranks are computed anew."),
        fields=(REASON,),
        kind="secondary",
    ),
    "discard_preselection": Deed(
        needs=Permission.RANK,
        button=N_("Take the shortlist back"),
        notice=N_("The shortlist is taken back; it stays on file."),
        run=lambda act, page, form: preselection.discard_preselection(
            act, page.stage_id, reason=_reason(form)
        ),
        explains=N_("The shortlist is taken back and can be computed again. It stays on file."),
        fields=(REASON,),
        kind="secondary",
    ),
    "discard": Deed(
        needs=Permission.ALLOCATE,
        button=N_("Take the allocation back"),
        notice=N_("The allocation is taken back; it stays on file."),
        run=lambda act, page, form: allocation.discard(act, page.call_id, reason=_reason(form)),
        explains=N_("The proposed awards are taken back. The computation stays on file."),
        fields=(REASON,),
        kind="secondary",
    ),
}


def deeds_for(page: StageRanking, actor: Actor) -> list[str]:
    """Return what this person may do on the list as it stands, in the order of the buttons."""
    legal = _legal(page)
    prepared = page.run.run_by_id if page.run else None
    facts = Facts(
        authority_id=page.facts.authority_id,
        call_id=page.facts.call_id,
        prepared_by=frozenset({prepared} if prepared is not None else ()),
    )
    return [
        key for key, deed in DEEDS.items() if key in legal and may(actor, deed.needs, facts) is None
    ]


def waits_for_another(page: StageRanking, actor: Actor) -> bool:
    """True for the one who computed what a second person has to decide."""
    undecided = page.run is not None and page.run.decided_at is None
    return undecided and page.run is not None and page.run.run_by_id == actor.user_id


def may_settle_ties(page: StageRanking, actor: Actor) -> bool:
    # Equals on a shortlist are treated alike; only where money ends does an order matter.
    open_ = page.is_last and page.stage_state == "ranked" and page.run is None
    return open_ and bool(page.ties) and may(actor, Permission.RANK, page.facts) is None


def announcing(*, is_last: bool, invites: bool) -> str:
    """Return the deed that announces a decided stage; `invites` before an interview."""
    if is_last:
        return "announce"
    return "announce_interviews" if invites else "announce_preselection"


def _legal(page: StageRanking) -> set[str]:
    if page.stage_state == "decided":
        return {announcing(is_last=page.is_last, invites=page.next_is_interview)}
    if page.stage_state == "ranked" and page.run is not None:
        if page.is_last:
            return {"discard"} if page.open_checks else {"discard", "decide"}
        return {"discard_preselection", "decide_preselection"}
    if page.stage_state == "ranked":
        return {"take_back", "allocate" if page.is_last else "preselect"}
    legal: set[str] = set()
    if page.stage_state in ("open", "closed", "assessed") and page.ready_count:
        legal.add("agree")
    if page.stage_state in ("closed", "assessed") and page.is_complete:
        legal.add("rank")
    return legal
