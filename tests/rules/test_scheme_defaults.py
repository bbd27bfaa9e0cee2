"""What a template leaves out: published calls and the guide of templates rely on it."""

from dataclasses import MISSING, fields
from fractions import Fraction

import pytest

from app.rules.scheme import CallDefaults, CoApplicants, Scheme
from app.rules.scheme_form import (
    ChecklistItem,
    DocumentRequirement,
    EligibilityCriterion,
    FormSection,
    Question,
)
from app.rules.scheme_grid import Criterion, GridSection, Stage
from app.rules.scheme_in_kind import InKind, SiteVisit
from app.rules.scheme_letters import Letter, LetterSet, Retention, StateAid, VisibilityProfile
from app.rules.scheme_money import (
    AllocationPolicy,
    AwardFloor,
    BudgetHeading,
    BudgetRules,
    Instalment,
    Lot,
    PaymentPlan,
)

DEFAULTS = {
    # Handbook 1.3 and 4.5: a deadline on 31 March takes questions to the 10th, answers to the 20th.
    CallDefaults: {
        "min_days": 0,
        "questions_until_days": 21,
        "answers_until_days": 11,
        "corrigendum_days": 7,
    },
    # The envelope of a template is set when a call starts.
    Scheme: {"envelope_cents": 0, "version": 1},
    Lot: {
        "envelope_cents": 0,
        "min_grant_cents": 0,
        "min_rate_percent": Fraction(0),
        "max_rate_percent": Fraction(100),
    },
    Question: {"required": True, "min_rows": 0, "reveals_identity": False},
    FormSection: {"reveals_identity": False},
    DocumentRequirement: {
        "required": True,
        "max_megabytes": 20,
        "max_files": 1,
        "blind_visible": False,
        "restricted": False,
    },
    # Handbook 1.4: a check that fails ends it, and what is unclear may be asked about.
    ChecklistItem: {"fatal": True, "clarifiable": True},
    EligibilityCriterion: {"fatal": True},
    CoApplicants: {"min": 0},
    GridSection: {"comment_required": True},
    BudgetHeading: {"flat_rate": False},
    BudgetRules: {"in_kind_counts": False},
    # Handbook 1.6: marks from 1 to 5, whole ones.
    Criterion: {
        "min": Fraction(1),
        "max": Fraction(5),
        "step": Fraction(1),
        "multiplier": Fraction(1),
    },
    Stage: {"with_budget": False, "assessors": 0, "blind": True},
    # Handbook SP-3: three quotes.
    InKind: {"quotes_min": 3, "retention_months": 0},
    SiteVisit: {"required": True},
    Letter: {"asks_reply": False},
    # Handbook 1.11: 30 days to complain, 45 for the reply, 15 for an offer, 5 for a clarification.
    LetterSet: {
        "complaint_window_days": 30,
        "complaint_reply_days": 45,
        "offer_reply_days": 15,
        "clarification_reply_days": 5,
    },
    VisibilityProfile: {"emblem_min_height_mm": 10},
    StateAid: {"indirect_recipients": False},
    # Handbook 1.12: 5 years after the balance, 3 for small grants and for who was refused.
    Retention: {"rejected_years": 3, "granted_years": 5, "small_grant_years": 3},
    # Spec, allocation: a partial offer is three quarters at least.
    AllocationPolicy: {
        "partial_min_share": Fraction(3, 4),
        "realloc_before_partial": True,
        "pro_rata": False,
    },
    AwardFloor: {"min_awards": 1},
    Instalment: {"pay_within_days": 30},
    # Handbook 1.12: at most 90 % before the balance, further money from 70 % spent.
    PaymentPlan: {
        "prefinancing_cap_percent": Fraction(90),
        "consumption_min_percent": Fraction(70),
        "no_profit": True,
    },
}


@pytest.mark.parametrize("kind", DEFAULTS, ids=lambda kind: kind.__name__)
def test_numbers_that_a_template_leaves_out(kind: type) -> None:
    found = {
        field.name: field.default
        for field in fields(kind)  # type: ignore[arg-type]
        if field.default is not MISSING and isinstance(field.default, int | Fraction)
    }

    assert found == DEFAULTS[kind]
