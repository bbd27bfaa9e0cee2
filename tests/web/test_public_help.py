"""Each of the three users finds a page about their job from the home page."""

import pytest

from tests.web.conftest import heading_of


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/help/applicants", "You apply for a grant"),
        ("/help/authorities", "You check, assess or pay"),
        ("/help/fund-managers", "You manage a fund"),
    ],
)
def test_a_job_is_explained_and_found_from_the_home_page(client, path, heading):
    assert path in client.get("/").text
    assert heading_of(client.get(path)) == heading


def test_the_privacy_notice_says_that_files_are_not_deleted_by_themselves(client):
    assert "does not delete such files by itself" in client.get("/privacy").text
