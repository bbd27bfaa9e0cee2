"""The budget over HTTP: sums, limits, and what cannot be read."""

import re

from app.actions import applications as deeds
from app.models import StageEntry
from tests.web.applicant.conftest import begun, budget
from tests.web.conftest import errors_of, heading_of, text_of


def test_sources_that_do_not_equal_costs_are_told_with_the_difference(sign_in_as, session, town):
    _, key, _ = begun(session, town)

    shown = sign_in_as(town[0]).submit(
        f"/applications/{key}/application/budget", budget(source1="54999.99")
    )

    assert (shown.status_code, errors_of(shown)) == (
        422,
        [
            "The costs are RSD 205,000.00, but the sources add up to RSD 204,999.99: "
            "RSD 0.01 is missing."
        ],
    )
    assert "What you typed is saved." in text_of(shown)


def test_a_heading_above_its_share_is_told_at_the_heading(sign_in_as, session, town):
    _, key, _ = begun(session, town)

    shown = sign_in_as(town[0]).submit(
        f"/applications/{key}/application/budget", budget(flat1="5000.01", source1="55000.01")
    )

    assert errors_of(shown) == [
        "Heading 2 is RSD 5,000.01, 2.5 % of RSD 200,000.00. At most 2.5 % is allowed."
    ]


def test_a_budget_with_an_unreadable_price_is_kept_as_it_was_typed(sign_in_as, session, town):
    _, key, entry_id = begun(session, town)
    browser = sign_in_as(town[0])
    path = f"/applications/{key}/application/budget"

    shown = browser.submit(path, budget(**{"lines0-0-value": "1.234"}))
    again = browser.get(path)

    said = "“1.234” can be read in two ways; if you mean 1234, write 1234 or 1.234,00"
    assert (shown.status_code, errors_of(shown), errors_of(again)) == (422, [said], [said])
    assert 'value="1.234"' in again.text
    browser.submit(path, budget())
    assert deeds.UNREAD_BUDGET not in session.get_one(StageEntry, entry_id).answers


def test_a_saved_budget_can_be_saved_again_as_it_is_shown(sign_in_as, session, town):
    _, key, _ = begun(session, town)
    browser = sign_in_as(town[0])
    path = f"/applications/{key}/application/budget"
    browser.submit(path, budget(**{"lines0-0-units": "1000", "lines0-0-value": "200"}))

    shown = browser.get(path).text
    typed = dict(
        re.findall(r'<input class="govuk-input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', shown)
    )

    assert typed["lines0-0-units"] == "1000"
    assert heading_of(browser.submit(path, typed)) == "Documents"


def test_the_sums_are_computed_while_one_types(sign_in_as, session, town):
    _, key, _ = begun(session, town)

    part = sign_in_as(town[0]).submit(
        f"/applications/{key}/application/budget/sums", budget(source1="1")
    )

    assert part.status_code == 200
    assert "54,999.00 is missing" in text_of(part)
    swapped = '<output class="money" id="lines0-0-end" data-hx-swap-oob="true">'
    assert f"{swapped}RSD\xa0200,000.00" in part.text


def test_an_empty_save_leaves_a_row_to_write_in_under_each_heading(sign_in_as, session, town):
    _, key, _ = begun(session, town)
    browser, path = sign_in_as(town[0]), f"/applications/{key}/application/budget"
    offered = browser.get(path).text.count('name="lines0-0-description"')

    shown = browser.submit(path, {"lines0-0-description": "", "source0": ""})

    assert (shown.status_code, offered) == (422, 1)
    assert shown.text.count('name="lines0-0-description"') == 1
