"""Addresses that one may come back to, and whom tries are counted for."""

import pytest
from starlette.requests import Request

from app.web.account_session import network_of, safe_path


@pytest.mark.parametrize("path", ["/", "/account", "/office/calls?state=open&page=2#top"])
def test_paths_of_this_site_are_kept(path) -> None:
    assert safe_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "account", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "/a b",
     "\t//evil.example", "/" + "x" * 2000],
)  # fmt: skip
def test_everything_else_leads_nowhere(path) -> None:
    assert safe_path(path) == ""


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_network_is_an_address_or_the_half_of_a_long_one(host, network) -> None:
    request = Request({"type": "http", "headers": [], "client": (host, 1)})

    assert network_of(request) == network
