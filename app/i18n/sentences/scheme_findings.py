"""Sentences of `app.rules.scheme_consistency`: each says what to do."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    # Head, texts, who may apply
    "scheme.period_order": N_("The scheme ends before it starts; correct one of the two dates."),
    "scheme.currency_form": N_(
        "“{currency}” is not a currency code; write three capitals, like EUR."
    ),
    "scheme.no_language": N_("Name at least one language."),
    "scheme.text_missing": N_("This text is empty in the language {language}; write it."),
    "scheme.not_translated": N_(
        "{number} texts are not written in the language {language}, this one first;"
        " readers will see them in another language."
    ),
    "scheme.repeated": N_("“{code}” stands here more than once; each may stand once only."),
    "scheme.not_positive": N_("This must be more than 0."),
    "scheme.at_least_one": N_("This must be 1 or more, or be left out."),
    "scheme.negative": N_("This may not be negative."),
    "scheme.percent_outside": N_("A percentage lies between 0 and 100."),
    "scheme.share_outside": N_("A share lies between 0 and 1, like 0.75."),
    "scheme.min_above_max": N_("The least allowed is above the most allowed; change one of them."),
    "scheme.no_applicant_types": N_("Say who may apply: name at least one kind of applicant."),
    "scheme.unknown_type": N_("There is no kind of applicant “{type}”."),
    "scheme.type_not_in_call": N_(
        "Lot {lot} admits “{type}”, which the call does not; add it to the call or remove it here."
    ),
    "scheme.unknown_partner_fact": N_(
        "“{fact}” is nothing that is known of a co-applicant: use partner_name, partner_type,"
        " partner_country, partner_role, partner_share, or identifier_ with a kind of number."
    ),
    "scheme.co_applicants_without_types": N_(
        "Co-applicants are required, but none is admitted; name their kinds."
    ),
    "scheme.unknown_region": N_("There is no statistical region “{region}”."),
    # Lots
    "scheme.no_lots": N_("There is no lot; a call needs at least one."),
    "scheme.lots_are_not_the_envelope": N_(
        "The lots add up to {lots}, the envelope is {envelope}: they differ by {difference}."
    ),
    "scheme.envelope_not_positive": N_("Lot {lot} has no money; give it an envelope."),
    "scheme.min_above_max_grant": N_(
        "The smallest grant of lot {lot}, {min}, is above the largest, {max}."
    ),
    "scheme.max_grant_above_envelope": N_(
        "The largest grant of lot {lot} is above its whole envelope."
    ),
    "scheme.min_above_max_rate": N_("The lowest rate of lot {lot} is above the highest."),
    "scheme.exception_without_effect": N_(
        "The exception in lot {lot} is not above the highest rate of the lot: it has no effect."
    ),
    "scheme.unknown_fact": N_(
        "Lot {lot} depends on “{fact}”, which no question of the form tells."
    ),
    "scheme.in_kind_missing": N_("Things are given, but nothing says how; describe it."),
    "scheme.in_kind_without_model": N_(
        "What is given in kind is described, but the payments follow another model ({model})."
    ),
    "scheme.in_kind_without_budget": N_(
        "Things are listed in the budget of the application, but no stage asks for a budget."
    ),
    "scheme.rate_above_own_share": N_(
        "An own share of {own} % leaves a rate of at most {most} %; lot {lot} allows more."
    ),
    # Forms, documents, checks
    "scheme.section_without_questions": N_("The section “{key}” asks nothing."),
    "scheme.key_form": N_(
        "“{key}” cannot be a key; use small letters, digits and underscores, a letter first."
    ),
    "scheme.long_text_without_limit": N_(
        "The question “{key}” sets no limit of words; answers may become very long."
    ),
    "scheme.fact_kind": N_("An answer used as “{fact}” has to be of the kind {kind}."),
    "scheme.too_few_choices": N_("The question “{key}” offers too little to choose from."),
    "scheme.choices_not_used": N_(
        "The question “{key}” has choices, but is no question of choice."
    ),
    "scheme.columns_with_rows": N_(
        "The question “{key}”: columns belong to the kind rows, and rows need columns."
    ),
    "scheme.rows_in_rows": N_("The column “{key}” cannot be a table itself."),
    "scheme.unknown_document": N_("No document “{document}” is asked for up to here."),
    "scheme.unknown_format": N_("Files of the kind “{format}” are not taken. Known: {known}."),
    "scheme.restricted_is_not_shown": N_(
        "The document “{key}” is restricted and cannot be shown to assessors as well."
    ),
    "scheme.unknown_lot": N_("There is no lot “{lot}”."),
    "scheme.rule_without_fact": N_("The criterion “{key}” is judged by a rule: name the fact."),
    "scheme.rule_without_limit": N_(
        "The criterion “{key}” is judged by a rule: say what the fact is compared with."
    ),
    # Stages and grids
    "scheme.no_stages": N_("There is no stage; a call needs at least one."),
    "scheme.first_stage_is_for_all": N_(
        "The first stage is open to all; nobody can have passed before."
    ),
    "scheme.nothing_scored": N_("No stage has a grid, so nothing can be ranked."),
    "scheme.no_form": N_("No stage has a form, so nobody can apply."),
    "scheme.single_stage_has_more": N_(
        "The procedure has a single stage, but more than one stage has a form."
    ),
    "scheme.procedure_needs_two_forms": N_(
        "This procedure needs a concept note and a full application; only one form is there."
    ),
    "scheme.no_request": N_(
        "Nowhere is the grant asked for: add a budget to a stage or a question for “requested”."
    ),
    "scheme.preselection_without_request": N_(
        "Preselection needs the grant asked for at this stage: add a question for “requested”."
    ),
    "scheme.preselection_without_grid": N_("Preselection needs a score; this stage has no grid."),
    "scheme.preselection_at_the_end": N_(
        "The last scored stage gives out the money; preselection belongs to an earlier one."
    ),
    "scheme.preselection_under_100": N_(
        "Fewer applications are preselected than the envelope could pay for."
    ),
    "scheme.two_or_three_assessors": N_("A scored stage needs two or three assessors."),
    "scheme.discrepancy_without_limit": N_(
        "Say above which difference a third assessor is asked, or choose none."
    ),
    "scheme.resolve_not_supported": N_(
        "“{value}” cannot be run; the one way is MEAN_OF_CLOSEST_TWO."
    ),
    "scheme.empty_stage": N_("The stage “{stage}” has no form, no grid and no checklist."),
    "scheme.invited_after_unscored": N_(
        "The stage “{stage}” is for those who passed the one before, and that one has no grid to "
        "pass by."
    ),
    "scheme.invited_to_nothing": N_(
        "The stage “{stage}” has no form, so nobody could take part in it. Give it a form, or "
        "make it an interview."
    ),
    "scheme.interview_by_invitation": N_(
        "Only those who passed the stage before are invited to the interview “{stage}”."
    ),
    "scheme.interview_with_form": N_(
        "People come to the interview “{stage}”; it has no form, budget or documents of its own."
    ),
    "scheme.interview_without_grid": N_(
        "The interview “{stage}” has no grid. To let people only pass or fail, give it one mark "
        "from 0 to 1 with a minimum of 1, and carry the other scores over."
    ),
    "scheme.interview_blind": N_(
        "Whoever holds the interview “{stage}” sees who comes: it cannot be assessed blind."
    ),
    "scheme.first_come_with_pro_rata": N_(
        "A cut of all requests in proportion serves nobody first: choose one of the two."
    ),
    "scheme.first_come_with_shortlist": N_(
        "The shortlist takes the best, so it cannot be combined with the order of receipt."
    ),
    "scheme.first_come_section": N_(
        "The order of receipt is kept under the name “{name}”: call the section something else."
    ),
    "scheme.floor_without_place": N_(
        "No question asks for the place of the action, so only local governments that apply "
        "themselves are counted in a group."
    ),
    "scheme.direct_in_stages": N_(
        "An award without a competition has a single stage: one application, checked and assessed."
    ),
    "scheme.direct_with_shortlist": N_(
        "An award without a competition has no shortlist: only those who are named apply."
    ),
    "scheme.direct_names_nobody": N_(
        "Name who may apply, by a registry number such as RS:PIB:101134702."
    ),
    "scheme.direct_unknown_register": N_(
        "“{number}” names no register that is known. Write country, register and number, such as "
        "RS:PIB:101134702."
    ),
    "scheme.direct_wrong_number": N_(
        "“{number}” cannot be right: compare it with the register's extract."
    ),
    "scheme.nothing_to_compare": N_("The first stage has no earlier amount to compare with."),
    "scheme.deadline_under_min_days": N_(
        "The call promises at least {days} days; this deadline is shorter."
    ),
    "scheme.reminder_days_outside": N_(
        "A reminder of drafts goes out 1 to {most} days before the deadline. Change the others."
    ),
    "scheme.no_criteria": N_("The grid has nothing to mark."),
    "scheme.grid_sum": N_("The sections add up to {total}, but the grid says {stated}."),
    "scheme.section_sum": N_(
        "The questions of section {section} add up to {total}, but the section says {stated}."
    ),
    "scheme.threshold_outside": N_(
        "The threshold of {threshold} cannot be met: the grid has {maximum} points."
    ),
    "scheme.minimum_outside": N_("The minimum of section {section} is above what it can reach."),
    "scheme.floor_section": N_("No section “{section}” is marked here; the floor needs one."),
    "scheme.floor_value": N_(
        "The floor must lie within the marks of section {section} and below the highest."
    ),
    "scheme.criteria_or_carry_over": N_(
        "Section {section} needs either questions or a score carried over, not both."
    ),
    "scheme.carry_over_stage": N_("“{stage}” is no earlier stage, so nothing can be carried over."),
    "scheme.carry_over_section": N_("The earlier stage has no section “{section}”."),
    "scheme.carry_over_maximum": N_(
        "Section {section} has {stated} points, the section it is carried over from has {maximum}."
    ),
    "scheme.marks_outside": N_(
        "The marks of {criterion} must go from 0 or more to something higher."
    ),
    "scheme.step_does_not_fit": N_(
        "The step of {criterion} does not lead from its lowest to its highest mark."
    ),
    "scheme.comment_mark_outside": N_(
        "{criterion} asks for a comment at a mark that cannot be given."
    ),
    # Budget
    "scheme.no_budget": N_("A stage asks for a budget, but the scheme has no headings."),
    "scheme.one_grant_source": N_("Exactly one source of money has to be the grant."),
    "scheme.unknown_base": N_(
        "The limit of heading {heading} refers to “{base}”, which is no other heading or total."
    ),
    "scheme.unknown_in_total": N_("Total {total} adds “{code}”, which does not stand before it."),
    "scheme.unknown_total": N_("“{total}” is not among the totals."),
    "scheme.not_once_in_total": N_(
        "Heading {heading} is counted {times} times in the total; it must be counted once."
    ),
    # Allocation
    "scheme.policy_not_supported": N_(
        "This choice cannot be run yet; choose another one before you publish."
    ),
    "scheme.policy_key_not_supported": N_(
        "This cannot be run yet; take it away before you publish."
    ),
    "scheme.floors_with_common_pot": N_(
        "Floors count inside a lot and cannot go with a common pot."
    ),
    "scheme.pro_rata_with_caps_or_floors": N_(
        "A cut for all in proportion cannot go with caps or floors."
    ),
    "scheme.realloc_order": N_("The order of reallocation has to name every lot once: {lots}."),
    "scheme.tie_breaker": N_("“{name}” names no section of the last grid. Known: {known}."),
    "scheme.reserve_without_date": N_(
        "The reserve list has no last day; say until when it is valid."
    ),
    "scheme.reserve_after_period": N_(
        "The reserve list would outlive the scheme, which ends on {ends}."
    ),
    "scheme.reserve_before_closing": N_("The reserve list lapses before the call has closed."),
    "scheme.strategy_cap": N_(
        "The allocation counts awards of one lead applicant, not of one strategy. Take this limit "
        "away; where it matters, let a criterion of eligibility say it."
    ),
    "scheme.cap_never_reached": N_(
        "A lead may be awarded more often than it may apply; the cap is never reached."
    ),
    # Payments
    "scheme.plan_is_not_100": N_("The payments add up to {total} %, not to 100 %."),
    "scheme.plan_above_cap": N_(
        "{total} % would be paid before the balance; at most {cap} % may be."
    ),
    "scheme.one_balance_at_the_end": N_(
        "The plan needs exactly one balance, and as the last payment."
    ),
    "scheme.prefinancing_not_in_model": N_(
        "The model {model} pays afterwards: remove the pre-financing."
    ),
    "scheme.no_report_for_payment": N_(
        "The payment “{key}” waits for a report that the scheme does not ask for."
    ),
    # Reports, state aid, the funder
    "scheme.final_report_repeated": N_(
        "A final report comes once, after the end: leave this empty or choose an interim report."
    ),
    "scheme.interim_report_after_end": N_(
        "An interim report comes while the action runs: leave this empty or choose a final report."
    ),
    "scheme.aid_ceiling_missing": N_("De minimis aid has a ceiling; enter it."),
    "scheme.aid_years_missing": N_("Enter over how many years de minimis aid is added up."),
    "scheme.aid_above_ceiling": N_(
        "A grant of this call may be above the ceiling; then none of it is de minimis aid."
    ),
    "scheme.emblem": N_("There is no emblem “{emblem}”. Known: {known}."),
    # Letters
    "scheme.letter_missing": N_("No letter tells “{outcome}” (stage {stage})."),
    "scheme.two_letters": N_("More than one letter tells “{outcome}”; the stage decides which."),
    "scheme.letter_stage": N_("There is no stage “{stage}”."),
    "scheme.letter_document": N_("There is no document “{document}”. Known: {known}."),
    "scheme.letter_of_another_outcome": N_(
        "This paper cannot tell “{outcome}”: choose the one that fits, or take the outcome out."
    ),
    "scheme.offer_without_reply": N_(
        "The letter “{letter}” offers money without asking for a reply."
    ),
    # Dates
    "scheme.opens_after_closing": N_("The call opens after it has closed, at {closes}."),
    "scheme.opens_before_publication": N_("The call opens before it is published, at {published}."),
    "scheme.too_few_days": N_(
        "From publication to closing there are {days} days, at least {min_days} are promised;"
        " the earliest day is {earliest}."
    ),
    "scheme.after_closing": N_("This lies after the closing at {closes}."),
    "scheme.later_than_usual": N_(
        "The call says {days} days before closing, which is {latest}; this is later."
    ),
    "scheme.answers_before_questions": N_("Answers would be published before questions end."),
    "scheme.unknown_stage": N_("There is no stage “{stage}”."),
    "scheme.stage_closes_too_early": N_(
        "The stage “{stage}” closes before the deadline ahead of it, {before}."
    ),
    "scheme.closes_after_period": N_("This deadline lies after the end of the scheme, {ends}."),
    "scheme.turn_of_the_year": N_(
        "{closes} lies in the holidays between 31 December and 8 January; choose a working day."
    ),
    "scheme.easter_week": N_("{closes} lies in an Easter week; choose another day."),
    "scheme.public_holiday": N_("{closes} is a public holiday; choose a working day."),
    "scheme.weekend": N_("{closes} is a weekend; choose a working day."),
    # Names
    "outcome.RECEIVED": N_("received"),
    "outcome.CHECK_FAILED": N_("administrative check failed"),
    "outcome.SECTION_BELOW_MINIMUM": N_("a section below its minimum"),
    "outcome.SUB_SCORE_FLOOR": N_("a mark at or below the floor"),
    "outcome.BELOW_THRESHOLD": N_("below the threshold"),
    "outcome.PRESELECTED": N_("preselected"),
    "outcome.NOT_PRESELECTED": N_("not preselected"),
    "outcome.INELIGIBLE": N_("not eligible"),
    "outcome.AWARDED_FULL": N_("awarded in full"),
    "outcome.AWARDED_PARTIAL": N_("offered in part"),
    "outcome.AWARDED_FLOOR": N_("awarded by a floor"),
    "outcome.AWARDED_PRO_RATA": N_("awarded in proportion"),
    "outcome.RESERVE": N_("on the reserve list"),
    "outcome.RESERVE_ACTIVATED": N_("activated from the reserve list"),
    "outcome.CAP_REACHED": N_("cap reached"),
    "applicant_type.LSG_CITY": N_("City"),
    "applicant_type.LSG_MUNICIPALITY": N_("Municipality"),
    "applicant_type.RDA": N_("Regional development agency"),
    "applicant_type.PUBLIC_INSTITUTION": N_("Public institution"),
    "applicant_type.UTILITY": N_("Public utility company"),
    "applicant_type.EDUCATION": N_("School, university or research institute"),
    "applicant_type.BUSINESS_ASSOCIATION": N_("Chamber or business association"),
    "applicant_type.CSO": N_("Civil society organisation"),
    "applicant_type.COOPERATIVE": N_("Cooperative"),
    "applicant_type.SME": N_("Small or medium enterprise"),
    "applicant_type.MICRO_ENTERPRISE": N_("Micro enterprise"),
    "applicant_type.SOLE_TRADER": N_("Sole trader"),
    "applicant_type.NATURAL_PERSON": N_("Person"),
    # Rounds
    "scheme.rounds_without_cut_offs": N_(
        "The call is given out in rounds, but no cut-off is named; name at least one day."
    ),
    "scheme.cut_offs_out_of_order": N_(
        "Write the cut-offs in the order of the calendar, each day once."
    ),
    "scheme.cut_off_after_period": N_(
        "A cut-off lies after the end of the scheme on {ends_on}; choose an earlier day."
    ),
    "scheme.direct_in_rounds": N_(
        "A grant to those who are named is awarded once; take away the rounds or the names."
    ),
    "scheme.round_without_money": N_(
        "This round has no money of its own yet. Before it is decided, move to it what the round"
        " before has left."
    ),
    "scheme.lots_without_money": N_(
        "These lots have no money in this round yet: {lots}. Who applies in them gets nothing"
        " unless money moves to them before the round is decided. If none is to come, take the"
        " lots out of this round before it opens."
    ),
    "scheme.closes_on_no_cut_off": N_(
        "The round closes on {closes_on}, which is no cut-off; close it on one of these days:"
        " {days}."
    ),
    "scheme.reserve_outlives_round": N_(
        "The reserve list of a round ends with the next cut-off: set it to {cut_off_on} or earlier,"
        " or let the rules of the rounds say that lists stay valid for longer."
    ),
}
