"""Wrong input gets a clear answer: each kind of it, with the tests that prove it."""

import ast
from pathlib import Path

import pytest

from tests.house.files import text_of

PROOFS = {
    "a decimal comma": "rules/test_amounts::test_amount_that_means_one_thing_is_accepted",
    "1.234, ambiguous": "rules/test_amounts::test_ambiguous_amount_is_told_how_to_write_it",
    "three decimals, a negative amount": (
        "rules/test_amounts::test_amount_that_cannot_be_trusted_is_refused"
    ),
    "an amount that could not be read stays typed": (
        "web/applicant/test_applicant_budget"
        "::test_a_budget_with_an_unreadable_price_is_kept_as_it_was_typed"
    ),
    "sources that do not equal uses": (
        "web/applicant/test_applicant_budget"
        "::test_sources_that_do_not_equal_costs_are_told_with_the_difference"
    ),
    "a wrong PIB": (
        "web/test_applicant_organisation::test_wrong_pib_is_told_and_everything_typed_stays"
    ),
    "an IBAN with two digits swapped": (
        "web/test_finance::test_a_wrong_account_is_told_and_nothing_typed_is_lost"
    ),
    "an empty, encrypted or renamed file": (
        "documents/test_sniff::test_each_wrong_file_has_its_own_reason"
    ),
    "a huge file": "web/test_app::test_larger_request_than_allowed_is_refused_with_a_page",
    "a wrong file on the page": (
        "web/applicant/test_applicant_documents"
        "::test_a_file_that_cannot_be_kept_is_refused_in_a_sentence"
    ),
    "the same form sent twice": (
        "web/applicant/test_applicant_submit::test_the_same_form_sent_twice_is_received_once"
    ),
    "a form sent after signing out in another tab": (
        "web/test_account_resume::test_form_sent_after_signing_out_in_another_tab_is_kept"
    ),
    "a form sent after the session ended": (
        "web/test_account_resume::test_form_sent_after_the_session_ran_out_is_sent_after_signing_in"
    ),
    "a template with an unknown key": (
        "actions/test_templates::test_every_mistake_is_named_with_its_place"
    ),
    "a database one migration behind": (
        "commands/test_serve::test_database_one_migration_behind_is_refused_with_the_command"
    ),
    "a database ahead": (
        "commands/test_serve::test_database_of_a_newer_version_is_refused_even_by_the_set_up"
    ),
    "a full disk under the files": (
        "documents/test_store::test_disk_without_room_says_what_to_do_and_keeps_nothing"
    ),
    "a full disk under the database": "test_db::test_full_disk_of_the_database_is_told_as_such",
    "a killed worker": (
        "web/test_letters_survive"
        "::test_two_hundred_letters_survive_a_killed_worker_and_stay_under_embargo"
    ),
    "a killed database": (
        "concurrency/test_outages::test_killed_database_is_told_on_a_page_and_comes_back"
    ),
    "a killed database that we started ourselves": (
        "commands/test_serve::test_killed_database_and_killed_web_process_come_back"
    ),
    "a port already taken": (
        "commands/test_serve::test_taken_port_is_told_with_its_holder_and_a_way_out"
    ),
}


@pytest.mark.parametrize("wrong", PROOFS)
def test_each_kind_of_wrong_input_has_its_proof(wrong: str) -> None:
    file, _, name = PROOFS[wrong].partition("::")
    tree = ast.parse(text_of(Path("tests") / f"{file}.py"))

    tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}

    assert name in tests, f"Nothing proves any more what happens with {wrong}."
