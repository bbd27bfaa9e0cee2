"""Administration over HTTP: authorities, letterhead, picture."""

import struct
import zlib

import pytest

from app.rules.permissions import Role
from tests.make.people import make_authority, make_user
from tests.web.conftest import errors_of, heading_of, text_of

GOOD = {"name": "Town Fund", "short_name": "TF", "country": "RS", "city": "Niš"}


def png() -> bytes:
    """The smallest real picture: one grey pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\x00\x80")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_authority_is_set_up_changed_and_listed(session, sign_in_as) -> None:
    browser = sign_in_as(make_user(session, roles=[Role.ADMIN]))

    made = browser.submit("/admin/authorities/new", GOOD)
    changed = browser.submit(f"{made.url.path}/change", {**GOOD, "signatory_name": "Mira Marić"})
    start = browser.get("/admin")

    assert (heading_of(made), "Mira Marić" in text_of(changed)) == ("Town Fund", True)
    assert ("Town Fund" in text_of(start), "Niš" in text_of(start)) == (True, True)


def test_missing_answers_are_named_and_the_rest_stays_typed(session, sign_in_as) -> None:
    browser = sign_in_as(make_user(session, roles=[Role.ADMIN]))

    answer = browser.submit("/admin/authorities/new", {**GOOD, "name": ""})

    assert (answer.status_code, errors_of(answer)) == (422, ["Enter the name of the authority"])
    assert 'value="Niš"' in answer.text


@pytest.mark.parametrize("role", [Role.FUND_MANAGER, Role.AUDITOR, Role.OFFICER])
def test_other_roles_do_not_find_administration(session, sign_in_as, role) -> None:
    authority = make_authority(session)
    browser = sign_in_as(make_user(session, roles=[role], authority=authority))

    paths = [
        "/admin",
        "/admin/people",
        f"/admin/authorities/{authority.id}",
        "/admin/authorities/new",
    ]

    assert [browser.get(path).status_code for path in paths] == [404] * 4


def test_administrator_of_one_authority_finds_no_other(session, sign_in_as) -> None:
    mine, other = make_authority(session), make_authority(session, name="The Other")
    browser = sign_in_as(make_user(session, roles=[Role.ADMIN], authority=mine))

    start = browser.get("/admin")
    answers = [
        browser.get(f"/admin/authorities/{other.id}{path}").status_code
        for path in ("", "/change", "/staff", "/invite", "/logo", "/logo/change")
    ]

    assert ("The Other" in start.text, "Set up an authority" in start.text) == (False, False)
    assert answers == [404] * 6


def test_picture_is_kept_shown_and_removed(session, sign_in_as) -> None:
    authority = make_authority(session)
    browser = sign_in_as(make_user(session, roles=[Role.ADMIN], authority=authority))
    home = f"/admin/authorities/{authority.id}"

    browser.submit(f"{home}/logo/change", files={"logo": ("logo.png", png(), "image/png")})
    shown = browser.get(f"{home}/logo")
    browser.submit(f"{home}/logo/remove")
    gone = browser.get(f"{home}/logo")

    assert (shown.headers["content-type"], shown.content) == ("image/png", png())
    assert gone.status_code == 404


def test_renamed_file_is_no_picture(session, sign_in_as) -> None:
    authority = make_authority(session)
    browser = sign_in_as(make_user(session, roles=[Role.ADMIN], authority=authority))

    answer = browser.submit(
        f"/admin/authorities/{authority.id}/logo/change",
        files={"logo": ("logo.png", b"%PDF-1.7 no picture", "image/png")},
    )

    assert (answer.status_code, len(errors_of(answer))) == (422, 1)
