"""Administration over HTTP: authorities, letterhead, picture."""

from io import BytesIO

import pytest
from PIL import Image

from app.rules.permissions import Role
from tests.make.people import make_authority, make_user
from tests.web.conftest import errors_of, heading_of, text_of

GOOD = {"name": "Town Fund", "short_name": "TF", "country": "RS", "city": "Niš"}


def png() -> bytes:
    """A real picture with a see-through corner, as logos have."""
    picture = Image.new("RGBA", (40, 20), (0, 60, 120, 255))
    picture.putpixel((0, 0), (0, 0, 0, 0))
    target = BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


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

    # The desk is refused; nothing tells that there is a person, an authority or a form.
    assert [browser.get(path).status_code for path in paths] == [403, 403, 404, 403]


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

    # What letters print has no transparency: the corner is white as the paper.
    with Image.open(BytesIO(shown.content)) as kept:
        assert (shown.headers["content-type"], kept.mode, kept.size) == (
            "image/png",
            "RGB",
            (40, 20),
        )
        assert (kept.getpixel((0, 0)), kept.getpixel((20, 10))) == ((255, 255, 255), (0, 60, 120))
    assert gone.status_code == 404


def test_renamed_file_is_no_picture(session, sign_in_as) -> None:
    authority = make_authority(session)
    browser = sign_in_as(make_user(session, roles=[Role.ADMIN], authority=authority))

    answer = browser.submit(
        f"/admin/authorities/{authority.id}/logo/change",
        files={"logo": ("logo.png", b"%PDF-1.7 no picture", "image/png")},
    )

    assert (answer.status_code, len(errors_of(answer))) == (422, 1)
