"""Which moves are legal: one table per kind of thing, no effects.

A `Lifecycle` is a tuple of transitions; `app.actions.act.Act.move` is the only
caller that turns an answer into a new state. States are plain strings, so a new
one needs no migration. The names are those of `README.md`, which a test compares.
"""

from app.rules.lifecycle_in_kind import (
    ASSET,
    IN_KIND,
    IN_KIND_PAPER,
    OWN_SHARE,
    PRICE_CHANGE,
    REALLOCATION,
    SHARE_RETURN,
)
from app.rules.lifecycle_model import IllegalMove, Lifecycle, Transition
from app.rules.lifecycle_model import row as _t

CALL = Lifecycle(
    "call",
    "draft",
    (
        _t("publish", "draft", "published"),
        _t("correct", "published", "published"),
        _t("correct", "suspended", "suspended"),
        _t("correct", "closed", "closed"),
        _t("correct", "assessed", "assessed"),
        _t("correct", "ranked", "ranked"),
        _t("correct", "announced", "announced"),
        _t("suspend", "published", "suspended"),
        _t("resume", "suspended", "published"),
        _t("close", "published", "closed"),
        _t("assess", "closed", "assessed"),
        _t("rank", "assessed ranked", "ranked"),
        _t("reopen_assessment", "assessed ranked", "closed"),
        _t("allocate", "ranked allocated", "allocated"),
        _t("discard_allocation", "allocated", "ranked"),
        _t("decide", "allocated", "decided"),
        _t("announce", "decided", "announced"),
        _t("archive", "announced", "archived"),
        _t("cancel", "draft published suspended closed assessed ranked allocated", "cancelled"),
    ),
    ("archived", "cancelled"),
)

# One stage of a call (concept note, full application, …): how far the authority is with it.
STAGE = Lifecycle(
    "stage",
    "waiting",
    (
        _t("open", "waiting", "open"),
        _t("close", "open", "closed"),
        _t("assess", "closed", "assessed"),
        _t("reopen_assessment", "assessed ranked", "closed"),
        _t("rank", "assessed ranked", "ranked"),
        _t("decide", "ranked", "decided"),
        _t("announce", "decided", "announced"),
        _t("cancel", "waiting open closed assessed ranked", "cancelled"),
    ),
    ("announced", "cancelled"),
)

APPLICATION = Lifecycle(
    "application",
    "draft",
    (
        _t("submit", "draft", "submitted"),
        _t("reject_late", "draft", "ineligible"),
        _t("admit", "submitted", "admitted"),
        _t("find_ineligible", "submitted admitted assessed", "ineligible"),
        _t("assess", "admitted", "assessed"),
        _t("reopen", "assessed proposed reserve unsuccessful", "admitted"),
        _t("invite", "assessed", "invited"),
        _t("submit_next_stage", "invited", "submitted"),
        _t("miss_next_stage", "invited", "unsuccessful"),
        _t("call_to_interview", "invited", "submitted"),
        _t("propose", "assessed reserve", "proposed"),
        _t("reserve", "assessed", "reserve"),
        _t("refuse", "assessed proposed reserve", "unsuccessful"),
        _t("discard_proposal", "proposed reserve unsuccessful", "assessed"),
        _t("award", "proposed reserve", "awarded"),
        _t("reject", "unsuccessful reserve ineligible", "rejected"),
        _t("decline", "awarded", "declined"),
        _t(
            "withdraw",
            "draft submitted admitted ineligible assessed invited proposed reserve unsuccessful",
            "withdrawn",
        ),
    ),
    ("awarded", "rejected", "declined", "withdrawn"),
)

# One application in one stage: what was sent in, how it was checked and marked.
STAGE_ENTRY = Lifecycle(
    "stage_entry",
    "open",
    (
        _t("submit", "open", "submitted"),
        _t("take_back", "submitted", "open"),
        _t("let_stand", "open", "submitted"),
        _t("lapse", "open", "lapsed"),
        _t("admit", "submitted", "admitted"),
        _t("find_ineligible", "submitted admitted assessed", "failed"),
        _t("agree", "admitted assessed", "assessed"),
        _t("reopen", "assessed passed failed reserve", "admitted"),
        _t("pass", "assessed reserve", "passed"),
        _t("fail", "assessed", "failed"),
        _t("reserve", "assessed", "reserve"),
        _t("undo_ranking", "passed failed reserve", "assessed"),
        _t("withdraw", "open submitted admitted assessed reserve", "withdrawn"),
    ),
    ("passed", "failed", "reserve", "lapsed", "withdrawn"),
)

ASSESSMENT = Lifecycle(
    "assessment",
    "assigned",
    (
        _t("start", "assigned", "in_progress"),
        _t("declare_conflict", "assigned in_progress submitted reopened", "conflict"),
        _t("remove", "assigned in_progress reopened", "removed"),
        _t("decline", "assigned in_progress reopened", "declined"),
        _t("put_back", "removed declined", "assigned"),
        _t("submit", "in_progress reopened", "submitted"),
        _t("reopen", "submitted", "reopened"),
    ),
    ("submitted", "conflict", "removed", "declined"),
)

AWARD = Lifecycle(
    "award",
    "proposed",
    (
        _t("decide", "proposed", "decided"),
        _t("discard", "proposed", "discarded"),
        _t("announce", "decided", "announced"),
        _t("accept", "announced", "accepted"),
        _t("decline", "announced", "declined"),
        _t("withdraw", "accepted", "declined"),
        _t("lapse", "announced", "declined"),
        _t("agree", "accepted", "agreed"),
        _t("complete", "agreed", "completed"),
        _t("revoke", "decided announced accepted", "revoked"),
    ),
    ("completed", "declined", "revoked", "discarded"),
)

AGREEMENT = Lifecycle(
    "agreement",
    "draft",
    (
        _t("send", "draft", "sent"),
        _t("take_back", "sent", "draft"),
        _t("sign", "sent", "signed"),
        _t("activate", "signed", "active"),
        _t("suspend", "active", "suspended"),
        _t("resume", "suspended", "active"),
        _t("complete", "active", "completed"),
        _t("close", "completed", "closed"),
        _t("terminate", "draft sent active suspended", "terminated"),
    ),
    ("closed", "terminated"),
)

PAYMENT = Lifecycle(
    "payment",
    "planned",
    (
        _t("request", "planned returned", "requested"),
        _t("return", "requested checked suspended", "returned"),
        _t("suspend", "requested checked", "suspended"),
        _t("resume", "suspended", "requested"),
        _t("check", "requested checked", "checked"),
        _t("approve", "checked", "approved"),
        _t("reject", "checked", "rejected"),
        _t("send", "approved", "sent"),
        _t("pay", "approved sent", "paid"),
        _t("fail", "sent", "failed"),
        _t("send_again", "failed", "sent"),
        _t("reconcile", "paid", "reconciled"),
        _t("drop", "planned requested returned suspended checked", "dropped"),
    ),
    ("reconciled", "rejected", "dropped"),
)

# A change of the budget: what moves little is noted at once, another waits for a decision.
AMENDMENT = Lifecycle(
    "amendment",
    "asked",
    (
        _t("note", "asked", "noted"),
        _t("approve", "asked", "approved"),
        _t("refuse", "asked", "refused"),
        _t("take_back", "asked", "taken_back"),
    ),
    ("noted", "approved", "refused", "taken_back"),
)

# The beneficiary asks to end the agreement; whoever accepts proposes it to a second person.
END_REQUEST = Lifecycle(
    "end_request",
    "asked",
    (
        _t("accept", "asked", "accepted"),
        _t("refuse", "asked accepted", "refused"),
        _t("take_back", "asked", "taken_back"),
    ),
    ("accepted", "refused", "taken_back"),
)

# Another account of an authority; the one before stays in use until a second person agrees.
ACCOUNT_CHANGE = Lifecycle(
    "account_change",
    "proposed",
    (
        _t("confirm_account", "proposed", "confirmed"),
        _t("refuse_account", "proposed", "refused"),
        _t("take_back_account", "proposed", "taken_back"),
    ),
    ("confirmed", "refused", "taken_back"),
)

# Money that has to come back: one person prepares the order, a second one issues it.
RECOVERY = Lifecycle(
    "recovery_order",
    "prepared",
    (
        _t("issue", "prepared", "issued"),
        _t("settle", "issued", "settled"),
        _t("cancel", "prepared issued", "cancelled"),
    ),
    ("settled", "cancelled"),
)

# What came back of it, recorded by one person and found on the statement by a second.
RECEIPT = Lifecycle(
    "recovery_receipt",
    "recorded",
    (
        _t("confirm", "recorded", "confirmed"),
        _t("reject", "recorded", "rejected"),
    ),
    ("confirmed", "rejected"),
)

# Money that became free after the announcement, given out again in order.
ACTIVATION = Lifecycle(
    "reserve_activation",
    "proposed",
    (
        _t("decide", "proposed", "decided"),
        _t("announce", "decided", "announced"),
        _t("discard", "proposed decided", "discarded"),
    ),
    ("announced", "discarded"),
)

# What a round has left, on its way to a later round of the same series.
ROUND_MOVE = Lifecycle(
    "round_move",
    "proposed",
    (
        _t("agree", "proposed", "agreed"),
        _t("drop", "proposed", "dropped"),
    ),
    ("agreed", "dropped"),
)

LETTER = Lifecycle(
    "letter",
    "queued",
    (
        _t("render", "queued", "rendered"),
        _t("fail", "queued", "failed"),
        _t("retry", "failed", "queued"),
        _t("sign", "rendered", "signed"),
        _t("send", "rendered signed", "sent"),
        _t("supersede", "queued rendered signed sent failed", "superseded"),
    ),
    ("sent", "superseded"),
)

# A question to the applicant during the check; the clock ends it where no answer came.
CLARIFICATION = Lifecycle(
    "clarification",
    "asked",
    (
        _t("answer", "asked", "answered"),
        _t("lapse", "asked", "unanswered"),
        _t("take_back", "asked", "taken_back"),
    ),
    ("answered", "unanswered", "taken_back"),
)

# A person in an organisation: the contact admits or refuses whoever asks.
MEMBERSHIP = Lifecycle(
    "membership",
    "asked",
    (
        _t("admit", "asked", "admitted"),
        _t("refuse", "asked", "refused"),
        _t("ask_again", "refused removed", "asked"),
        _t("remove", "admitted", "removed"),
    ),
    ("admitted", "refused", "removed"),
)

ALL = (
    CALL,
    STAGE,
    APPLICATION,
    STAGE_ENTRY,
    ASSESSMENT,
    AWARD,
    AGREEMENT,
    PAYMENT,
    AMENDMENT,
    END_REQUEST,
    ACCOUNT_CHANGE,
    RECOVERY,
    RECEIPT,
    ACTIVATION,
    ROUND_MOVE,
    IN_KIND,
    ASSET,
    OWN_SHARE,
    IN_KIND_PAPER,
    PRICE_CHANGE,
    REALLOCATION,
    SHARE_RETURN,
    LETTER,
    CLARIFICATION,
    MEMBERSHIP,
)

__all__ = [
    "ACCOUNT_CHANGE",
    "ACTIVATION",
    "AGREEMENT",
    "ALL",
    "AMENDMENT",
    "APPLICATION",
    "ASSESSMENT",
    "ASSET",
    "AWARD",
    "CALL",
    "CLARIFICATION",
    "END_REQUEST",
    "IN_KIND",
    "IN_KIND_PAPER",
    "LETTER",
    "MEMBERSHIP",
    "OWN_SHARE",
    "PAYMENT",
    "PRICE_CHANGE",
    "REALLOCATION",
    "RECEIPT",
    "RECOVERY",
    "ROUND_MOVE",
    "SHARE_RETURN",
    "STAGE",
    "STAGE_ENTRY",
    "IllegalMove",
    "Lifecycle",
    "Transition",
]
