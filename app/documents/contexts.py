"""One frozen dataclass per document, and the way to JSON and back.

A context holds values only: money in cents with its currency, scores as decimal text,
dates, UTC times. It is stored beside the issued letter, so the letter can be made again
years later, byte for byte.
"""

import json
from dataclasses import replace

from app.documents.contexts_agreement import (
    AmendmentDecision,
    ChangedHeading,
    ClosureLetter,
    SuspensionNotice,
)
from app.documents.contexts_application import (
    ApplicationBody,
    ApplicationForm,
    BlindApplicationForm,
    PrintedAnswer,
    PrintedCost,
    PrintedFile,
    PrintedSection,
    PrintedSource,
)
from app.documents.contexts_checks import (
    AskedItem,
    CheckRejectionLetter,
    ClarificationRequest,
    IneligibilityLetter,
)
from app.documents.contexts_in_kind import HandedItem, HandoverProtocol, TitleTransfer
from app.documents.contexts_json import ContextError, from_plain, to_plain
from app.documents.contexts_letters import (
    AwardLetter,
    Deduction,
    PartialOfferLetter,
    PaymentNotice,
    PreselectionInvitation,
    RejectionLetter,
    RequestedDocument,
    ReserveLetter,
    SubmissionReceipt,
)
from app.documents.contexts_papers import (
    AgreedHeading,
    AgreedItem,
    AwardReport,
    AwardRow,
    CommitteeMember,
    CutCount,
    EvaluationReport,
    GrantAgreement,
    InKindTerms,
    Instalment,
    MovedMoney,
    Party,
    RankingList,
    RankingLot,
    RankingRow,
    RegionSum,
    ReportDue,
    StageCount,
    Standing,
)
from app.documents.contexts_parts import (
    Addressee,
    Amounts,
    Authority,
    Complaint,
    Correction,
    Emblem,
    FileEntry,
    Letter,
    Logo,
    LotSummary,
    Matter,
    Paper,
    Replaced,
    Scores,
    SectionScore,
    Signatory,
    Verification,
    Visibility,
)
from app.documents.contexts_reasons import (
    AdministrativeFailure,
    BelowScoreFloor,
    BelowSectionMinimum,
    BelowThreshold,
    CapReached,
    Ineligible,
    LateReceipt,
    OutsideEnvelope,
    OutsidePreselection,
    Reason,
)
from app.documents.contexts_recovery import RecoveryOrder

Context = (
    SubmissionReceipt
    | ApplicationForm
    | BlindApplicationForm
    | AwardLetter
    | PartialOfferLetter
    | ReserveLetter
    | RejectionLetter
    | PreselectionInvitation
    | ClarificationRequest
    | CheckRejectionLetter
    | IneligibilityLetter
    | GrantAgreement
    | HandoverProtocol
    | TitleTransfer
    | PaymentNotice
    | SuspensionNotice
    | AmendmentDecision
    | ClosureLetter
    | RecoveryOrder
    | RankingList
    | EvaluationReport
    | AwardReport
)

DOCUMENTS: dict[str, type[Context]] = {
    "submission_receipt": SubmissionReceipt,
    "application_form": ApplicationForm,
    "blind_application_form": BlindApplicationForm,
    "award_letter": AwardLetter,
    "partial_offer_letter": PartialOfferLetter,
    "reserve_letter": ReserveLetter,
    "rejection_letter": RejectionLetter,
    "preselection_invitation": PreselectionInvitation,
    "clarification_request": ClarificationRequest,
    "check_rejection_letter": CheckRejectionLetter,
    "ineligibility_letter": IneligibilityLetter,
    "grant_agreement": GrantAgreement,
    "handover_protocol": HandoverProtocol,
    "title_transfer": TitleTransfer,
    "payment_notice": PaymentNotice,
    "suspension_notice": SuspensionNotice,
    "amendment_decision": AmendmentDecision,
    "closure_letter": ClosureLetter,
    "recovery_order": RecoveryOrder,
    "ranking_list": RankingList,
    "evaluation_report": EvaluationReport,
    "award_report": AwardReport,
}
_NAMES = {kind: name for name, kind in DOCUMENTS.items()}


def document_name(context: Context) -> str:
    """Return the folder in `reports/` that prints this context."""
    return _NAMES[type(context)]


def head_of(context: Context) -> Letter | Paper:
    if isinstance(
        context,
        ApplicationForm
        | BlindApplicationForm
        | GrantAgreement
        | HandoverProtocol
        | TitleTransfer
        | RankingList
        | EvaluationReport
        | AwardReport,
    ):
        return context.paper
    return context.letter


def with_letter(context: Context, letter: Letter) -> Context:
    """Return the same letter under another head; TypeError for a paper that is none."""
    return replace(context, letter=letter)  # type: ignore[arg-type] # papers without one are refused


def from_json(document: str, values: object) -> Context:
    """Build a context from decoded JSON; an unknown or missing key is a ContextError."""
    return from_plain(DOCUMENTS[document], values)


def to_json(context: Context) -> dict[str, object]:
    """Return the context as values that `json` can write; `from_json` undoes it exactly."""
    plain = to_plain(context)
    assert isinstance(plain, dict)
    return plain


def snapshot(context: Context) -> str:
    """Return the one canonical JSON text of a context: sorted keys, no spaces."""
    return json.dumps(to_json(context), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


__all__ = [
    "DOCUMENTS",
    "Addressee",
    "AdministrativeFailure",
    "AgreedHeading",
    "AgreedItem",
    "AmendmentDecision",
    "Amounts",
    "ApplicationBody",
    "ApplicationForm",
    "AskedItem",
    "Authority",
    "AwardLetter",
    "AwardReport",
    "AwardRow",
    "BelowScoreFloor",
    "BelowSectionMinimum",
    "BelowThreshold",
    "BlindApplicationForm",
    "CapReached",
    "ChangedHeading",
    "CheckRejectionLetter",
    "ClarificationRequest",
    "ClosureLetter",
    "CommitteeMember",
    "Complaint",
    "Context",
    "ContextError",
    "Correction",
    "CutCount",
    "Deduction",
    "Emblem",
    "EvaluationReport",
    "FileEntry",
    "GrantAgreement",
    "HandedItem",
    "HandoverProtocol",
    "InKindTerms",
    "IneligibilityLetter",
    "Ineligible",
    "Instalment",
    "LateReceipt",
    "Letter",
    "Logo",
    "LotSummary",
    "Matter",
    "MovedMoney",
    "OutsideEnvelope",
    "OutsidePreselection",
    "Paper",
    "PartialOfferLetter",
    "Party",
    "PaymentNotice",
    "PreselectionInvitation",
    "PrintedAnswer",
    "PrintedCost",
    "PrintedFile",
    "PrintedSection",
    "PrintedSource",
    "RankingList",
    "RankingLot",
    "RankingRow",
    "Reason",
    "RecoveryOrder",
    "RegionSum",
    "RejectionLetter",
    "Replaced",
    "ReportDue",
    "RequestedDocument",
    "ReserveLetter",
    "Scores",
    "SectionScore",
    "Signatory",
    "StageCount",
    "Standing",
    "SubmissionReceipt",
    "SuspensionNotice",
    "TitleTransfer",
    "Verification",
    "Visibility",
    "document_name",
    "from_json",
    "head_of",
    "snapshot",
    "to_json",
    "with_letter",
]
