"""Tables: columns and relationships only. Importing this package registers all of them."""

from app.models.applications import (
    Application,
    ApplicationPrint,
    Attachment,
    BudgetLine,
    BudgetSource,
    CheckItem,
    StageEntry,
    Submission,
)
from app.models.assessments import AgreedScore, Assessment, Declaration
from app.models.audit import AuditEntry
from app.models.awards import AllocationRun, Award, ReserveActivation
from app.models.base import Base
from app.models.clarifications import Clarification, ClarificationFile, Judgement
from app.models.end_requests import EndRequest
from app.models.files import FormKey, Mail, StoredFile
from app.models.finance import (
    AccountChange,
    AgreementLetter,
    Amendment,
    BankFile,
    BankFileLine,
    InterestRate,
)
from app.models.in_kind import Asset, InKindGrant, OwnShare, Quote, SiteVisit
from app.models.in_kind_papers import InKindPaper, OwnShareReturn, PriceChange, Reallocation
from app.models.interviews import Interview
from app.models.letters import Letter
from app.models.payments import (
    Agreement,
    ExpenditureLine,
    Payment,
    PaymentFile,
    PaymentVersion,
)
from app.models.people import (
    Authority,
    DayOffRuling,
    Membership,
    OneTimeLink,
    Organisation,
    OrganisationIdentifier,
    SignIn,
    SignInFailure,
    StaffRole,
    StandIn,
    User,
)
from app.models.recoveries import RecoveryOrder, RecoveryReceipt
from app.models.reminders import PaperReport, Reminder
from app.models.reports import ReportPrint, ReportView
from app.models.rounds import RoundMove
from app.models.schemes import Call, CallVersion, Lot, Stage
from app.models.tallies import ApplicationLine, ApplicationTally
from app.models.undertakings import OwnershipLink

__all__ = [
    "AccountChange",
    "AgreedScore",
    "Agreement",
    "AgreementLetter",
    "AllocationRun",
    "Amendment",
    "Application",
    "ApplicationLine",
    "ApplicationPrint",
    "ApplicationTally",
    "Assessment",
    "Asset",
    "Attachment",
    "AuditEntry",
    "Authority",
    "Award",
    "BankFile",
    "BankFileLine",
    "Base",
    "BudgetLine",
    "BudgetSource",
    "Call",
    "CallVersion",
    "CheckItem",
    "Clarification",
    "ClarificationFile",
    "DayOffRuling",
    "Declaration",
    "EndRequest",
    "ExpenditureLine",
    "FormKey",
    "InKindGrant",
    "InKindPaper",
    "InterestRate",
    "Interview",
    "Judgement",
    "Letter",
    "Lot",
    "Mail",
    "Membership",
    "OneTimeLink",
    "Organisation",
    "OrganisationIdentifier",
    "OwnShare",
    "OwnShareReturn",
    "OwnershipLink",
    "PaperReport",
    "Payment",
    "PaymentFile",
    "PaymentVersion",
    "PriceChange",
    "Quote",
    "Reallocation",
    "RecoveryOrder",
    "RecoveryReceipt",
    "Reminder",
    "ReportPrint",
    "ReportView",
    "ReserveActivation",
    "RoundMove",
    "SignIn",
    "SignInFailure",
    "SiteVisit",
    "StaffRole",
    "Stage",
    "StageEntry",
    "StandIn",
    "StoredFile",
    "Submission",
    "User",
]
