"""What the entries of the trail are about: names of objects, their pages, and what is theirs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import (
    AccountChange,
    Agreement,
    AllocationRun,
    Application,
    Assessment,
    Asset,
    Authority,
    Award,
    Call,
    InKindGrant,
    InKindPaper,
    Letter,
    Lot,
    Membership,
    Organisation,
    OwnershipLink,
    OwnShare,
    OwnShareReturn,
    Payment,
    PriceChange,
    Reallocation,
    RoundMove,
    StaffRole,
    Stage,
    StageEntry,
    User,
)

Key = tuple[str, int]
Objects = Mapping[str, tuple[int, ...]]
Rows = Select[*tuple[Any, ...]]  # Any: whatever columns were selected


@dataclass(frozen=True, slots=True)
class AuditObject:
    """`page` is the kind of page that shows it, empty where none does."""

    label: str
    page: str
    page_id: int


# An application that was not sent in has no page for staff.
_APPLICATION_PAGE = case((Application.submitted_at.is_not(None), "application"), else_="")
_OF_APPLICATION = (Application.reference, _APPLICATION_PAGE, Application.id)


def _by_application(model: Any) -> Rows:  # Any: a table with an application_id
    of = model.application_id == Application.id
    return select(model.id, *_OF_APPLICATION).join(Application, of)


Statements = dict[str, tuple[InstrumentedAttribute[int], Rows]]
_CALL = literal("call")
_NO_PAGE = (literal(""), literal(0))


def _statements() -> Statements:
    """Return for each kind its key and how its number, name, page and page's number are read."""
    return _of_calls() | _of_applications() | _of_things() | _of_people()


def _of_calls() -> Statements:
    run = select(AllocationRun.id, Call.code, literal("ranking"), AllocationRun.stage_id)
    lot = select(Lot.id, func.concat(Call.code, " ", Lot.code), _CALL, Call.id)
    stage = select(Stage.id, Call.code, _CALL, Call.id)
    move = select(RoundMove.id, Call.code, _CALL, Call.id)
    return {
        "allocation_run": (AllocationRun.id, run.join(Call, Call.id == AllocationRun.call_id)),
        "call": (Call.id, select(Call.id, Call.code, _CALL, Call.id)),
        "round_move": (RoundMove.id, move.join(Call, Call.id == RoundMove.giver_id)),
        "lot": (Lot.id, lot.join(Call, Call.id == Lot.call_id)),
        "stage": (Stage.id, stage.join(Call, Call.id == Stage.call_id)),
    }


def _of_applications() -> Statements:
    assessment = (
        select(Assessment.id, *_OF_APPLICATION)
        .join(StageEntry, StageEntry.id == Assessment.entry_id)
        .join(Application, Application.id == StageEntry.application_id)
    )
    letter = select(Letter.id, Application.reference, literal("letters"), Letter.stage_id)
    award = select(Award.id, Application.reference, literal("award"), Award.id)
    reference = Agreement.reference
    agreement = select(Agreement.id, reference, literal("agreement"), Agreement.id)
    instalment = func.concat(reference, "/", Payment.position)
    payment = select(Payment.id, instalment, literal("payment"), Payment.id)
    return {
        "agreement": (Agreement.id, agreement),
        "application": (Application.id, select(Application.id, *_OF_APPLICATION)),
        "assessment": (Assessment.id, assessment),
        "award": (Award.id, award.join(Application, Application.id == Award.application_id)),
        "letter": (Letter.id, letter.join(Application, Application.id == Letter.application_id)),
        "payment": (Payment.id, payment.join(Agreement, Agreement.id == Payment.agreement_id)),
        "stage_entry": (StageEntry.id, _by_application(StageEntry)),
    }


def _of_things() -> Statements:
    page = (literal("in_kind"), InKindGrant.id)
    grant = select(InKindGrant.id, Agreement.reference, *page)
    asset = select(Asset.id, Asset.title, *page)
    share = select(OwnShare.id, OwnShare.bank_reference, *page)
    return {
        "in_kind_grant": (
            InKindGrant.id,
            grant.join(Agreement, Agreement.id == InKindGrant.agreement_id),
        ),
        "asset": (Asset.id, asset.join(InKindGrant, InKindGrant.id == Asset.grant_id)),
        **_beside_things(),
        "own_share": (OwnShare.id, share.join(InKindGrant, InKindGrant.id == OwnShare.grant_id)),
    }


def _beside_things() -> Statements:
    paper = select(
        InKindPaper.id, func.concat(Agreement.reference, " ", InKindPaper.number),
        literal("in_kind"), InKindGrant.id,
    )  # fmt: skip
    back = select(OwnShareReturn.id, Agreement.reference, literal("in_kind"), InKindGrant.id)
    change = select(PriceChange.id, Asset.title, literal("in_kind"), Asset.grant_id)
    holder = select(Reallocation.id, Asset.title, literal("in_kind"), Asset.grant_id)
    agreement = Agreement.id == InKindGrant.agreement_id
    return {
        "in_kind_paper": (
            InKindPaper.id,
            paper.join(InKindGrant, InKindGrant.id == InKindPaper.grant_id).join(
                Agreement, agreement
            ),
        ),
        "own_share_return": (
            OwnShareReturn.id,
            back.join(InKindGrant, InKindGrant.id == OwnShareReturn.grant_id).join(
                Agreement, agreement
            ),
        ),
        "price_change": (PriceChange.id, change.join(Asset, Asset.id == PriceChange.asset_id)),
        "reallocation": (Reallocation.id, holder.join(Asset, Asset.id == Reallocation.asset_id)),
    }


def _of_people() -> Statements:
    authority = select(Authority.id, Authority.name, literal("authority"), Authority.id)
    account = select(AccountChange.id, Authority.name, literal("authority"), Authority.id)
    member = select(Membership.id, User.name, *_NO_PAGE).join(User, User.id == Membership.user_id)
    role = select(StaffRole.id, User.name, *_NO_PAGE).join(User, User.id == StaffRole.user_id)
    organisation = select(Organisation.id, Organisation.name, *_NO_PAGE)
    link = select(
        OwnershipLink.id, OwnershipLink.owned_name, literal("application"), Application.id
    ).join(Application, Application.id == OwnershipLink.application_id)
    return {
        "authority": (Authority.id, authority),
        "ownership_link": (OwnershipLink.id, link),
        "account_change": (
            AccountChange.id,
            account.join(Authority, Authority.id == AccountChange.authority_id),
        ),
        "membership": (Membership.id, member),
        "organisation": (Organisation.id, organisation),
        "staff_role": (StaffRole.id, role),
        "user_account": (User.id, select(User.id, User.name, *_NO_PAGE)),
    }


def audit_objects(session: Session, keys: Iterable[Key]) -> dict[Key, AuditObject]:
    """Return the names of all objects in one statement; what is gone is left out.

    The names say no more than the entries themselves: whoever may read these may read those.
    """
    by_kind: dict[str, set[int]] = defaultdict(set)
    for kind, number in keys:
        by_kind[kind].add(number)
    known = _statements()
    asked = [
        rows.add_columns(literal(kind)).where(key.in_(sorted(by_kind[kind])))
        for kind, (key, rows) in known.items()
        if kind in by_kind
    ]
    if not asked:
        return {}
    return {
        (kind, number): AuditObject(label, page, page_id)
        for number, label, page, page_id, kind in session.execute(union_all(*asked))
    }


def whole(session: Session, object_type: str, object_id: int) -> Objects:
    """Return the object with all that belongs to it, numbers by kind: the parts of its file."""
    asked = [
        rows.add_columns(literal(kind)) for kind, rows in _parts(object_type, object_id).items()
    ]
    found: dict[str, set[int]] = defaultdict(set, {object_type: {object_id}})
    for number, kind in session.execute(union_all(*asked)) if asked else ():
        found[kind].add(number)
    return {kind: tuple(sorted(numbers)) for kind, numbers in found.items()}


def _parts(object_type: str, number: int) -> dict[str, Rows]:
    if object_type == "application":
        of = Application.id == number
        return {
            "stage_entry": select(StageEntry.id).where(StageEntry.application_id == number),
            "assessment": select(Assessment.id)
            .join(StageEntry, StageEntry.id == Assessment.entry_id)
            .where(StageEntry.application_id == number),
            "award": select(Award.id).where(Award.application_id == number),
            "letter": select(Letter.id).where(Letter.application_id == number),
            "agreement": select(Agreement.id).where(Agreement.application_id == number),
            "payment": select(Payment.id)
            .join(Agreement, Agreement.id == Payment.agreement_id)
            .join(Application, Application.id == Agreement.application_id)
            .where(of),
        }
    if object_type == "award":
        return {
            "agreement": select(Agreement.id).where(Agreement.award_id == number),
            "payment": select(Payment.id)
            .join(Agreement, Agreement.id == Payment.agreement_id)
            .where(Agreement.award_id == number),
        }
    if object_type == "agreement":
        return {"payment": select(Payment.id).where(Payment.agreement_id == number)}
    if object_type == "stage_entry":
        return {"assessment": select(Assessment.id).where(Assessment.entry_id == number)}
    if object_type == "organisation":
        return {"membership": select(Membership.id).where(Membership.organisation_id == number)}
    return {}


def by_reference(session: Session, typed: str) -> Key | None:
    """Return what a person calls by its reference or code: an application, agreement or call."""
    wanted = typed.strip().casefold()
    found = session.execute(
        union_all(
            select(literal("application"), Application.id).where(
                func.lower(Application.reference) == wanted
            ),
            select(literal("agreement"), Agreement.id).where(
                func.lower(Agreement.reference) == wanted
            ),
            select(literal("call"), Call.id).where(func.lower(Call.code) == wanted),
        )
    ).all()
    return (found[0][0], found[0][1]) if found else None
