"""Whatever is typed: no page breaks, nothing typed becomes markup, amounts stay amounts."""

import pytest
from sqlalchemy.orm import Session

from app.models import Authority
from app.rules.permissions import Role
from tests.make.people import make_user
from tests.web.applicant.conftest import A_PDF, _now, begun, budget, town
from tests.web.conftest import Browser

__all__ = ["_now", "town"]

MARKUP = "<script>alert(1)</script>"
NAUGHTY = (
    MARKUP,
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% raw %} %(name)s %s {0} ${x}",
    "'; DROP TABLE call; --",
    "%_\\",
    "9" * 40,
    "-1e309",
    "٣٤٥²½",
    "NaN",
    "\x01\x08\x1b\x7f\x85\u2028\ufeff",
    "\u202eevil\u202d a\u0300\u0301\u0302 👩‍👩‍👧‍👦 ﷽",
    "../../../etc/passwd",
    "a\r\nset-cookie: x=1",
    "\ufffe\uffff\U000e0001",
    "Ω≈ç√∫˜µ≤≥÷" * 20,
)


# Texts as long as this are typed into forms only; no browser sends such an address.
LONG = "ž" * 200_000


def works(answer) -> bool:
    return answer.status_code < 500 and MARKUP not in answer.text


@pytest.mark.parametrize("typed", [*NAUGHTY, LONG], ids=range(len(NAUGHTY) + 1))
def test_applicant_may_type_anything(sign_in_as, session: Session, town, typed: str) -> None:
    _, key, _ = begun(session, town)
    browser: Browser = sign_in_as(town[0])
    form = f"/applications/{key}/application"
    organisation = f"/applicant/organisations/{town[1].id}"
    rows = dict.fromkeys(budget(), typed)

    answers = [
        browser.submit("/account/details/change", {"name": typed, "phone": typed}),
        browser.get("/account"),
        browser.submit(f"{form}/form/garden", {"title": typed, "idea": typed}),
        browser.get(f"{form}/form/garden"),
        browser.submit(f"{form}/budget", budget(**{"lines0-0-description": typed})),
        browser.submit(f"{form}/budget", rows),
        browser.submit(f"{form}/budget/sums", rows),
        browser.submit(f"{form}/budget", {f"lines0-{'7' * 5000}-value": typed}),
        browser.get(f"{form}/budget"),
        browser.submit(f"{form}/documents/statutes", files={"file_statutes": (typed, A_PDF)}),
        browser.get(f"{form}/check"),
        browser.submit(f"{form}/submit", {"confirmed": typed}),
        browser.submit(
            f"{organisation}/change",
            dict.fromkeys(("name", "city", "address", "postcode", "phone", "email"), typed),
        ),
        browser.get(organisation),
        browser.submit("/applicant/organisations/join", {"country": typed, "place": typed}),
        browser.get(
            "/applicant/organisations/new/place", params={"kind": typed[:99], "words": typed[:99]}
        ),
        browser.submit(f"/applications/{key}/withdraw", {"reason": typed}),
        browser.get("/applications"),
    ]

    assert [each.url.path for each in answers if not works(each)] == []


@pytest.mark.parametrize("typed", NAUGHTY, ids=range(len(NAUGHTY)))
def test_anybody_may_ask_for_anything(client: Browser, session: Session, town, typed: str) -> None:
    asked = {
        "words": typed, "q": typed, "state": typed, "page": typed, "sort": typed, "code": typed,
        "language": typed, "next": typed, "topic": typed, "kind": typed,
    }  # fmt: skip
    answers = [
        client.get("/calls", params=asked),
        client.get("/check", params=asked),
        client.get("/account/sign-in", params=asked),
        client.submit("/account/sign-in", {"email": typed, "password": typed, "next": typed}),
        client.submit("/account/register", {"email": typed, "name": typed, "next": typed}),
        client.submit("/account/forgotten", {"email": typed}),
        client.submit("/account/invitation/x", {"name": typed, "password": typed}),
    ]

    assert [each.url.path for each in answers if not works(each)] == []
    cookies = " ".join(each.headers.get("set-cookie", "") for each in answers)
    assert "x=1" not in cookies


@pytest.mark.parametrize("typed", NAUGHTY, ids=range(len(NAUGHTY)))
def test_staff_may_type_anything(sign_in_as, session: Session, town, typed: str) -> None:
    call = town[2]
    roles = [Role.FUND_MANAGER, Role.OFFICER, Role.ADMIN]
    authority = session.get_one(Authority, call.authority_id)
    staff: Browser = sign_in_as(make_user(session, roles=roles, authority=authority))
    home = f"/admin/authorities/{authority.id}"
    stage = call.stage_id
    asked = {
        "words": typed, "lot": typed, "stage": typed, "state": typed, "check": typed,
        "region": typed, "assessor": typed, "page": typed, "sort": typed, "person": typed,
        "object_id": typed, "since.day": typed, "since.month": typed, "since.year": typed,
        "before": typed, "show": typed, "kind": typed,
    }  # fmt: skip
    answers = [
        *(
            staff.get(path, params=asked)
            for path in (
                "/office/calls", "/office/applications", f"/office/calls/{call.id}/applications",
                "/office/audit", "/office/letters", f"/office/stages/{stage}/letters",
                f"/office/calls/{call.id}/report", "/finance/payments", "/finance/agreements",
            )
        ),
        staff.get(f"/office/stages/{stage}/letters", params={"page": "9" * 30}),
        staff.get("/office/audit", params={"before": "9" * 30}),
        staff.get(f"/office/calls/{'9' * 30}"),
        staff.submit("/office/calls/new", {"template": typed, "code": typed, "title": typed}),
        staff.submit(f"/office/calls/{call.id}/cancel", {"reason": typed}),
        staff.submit(
            f"{home}/change",
            dict.fromkeys(("name", "short_name", "address", "city", "email", "website"), typed),
        ),
        staff.submit(f"{home}/invite", {"email": typed, "role": typed}),
        staff.get("/admin"),
        staff.get("/office/calls"),
    ]  # fmt: skip

    assert [each.url.path for each in answers if not works(each)] == []
