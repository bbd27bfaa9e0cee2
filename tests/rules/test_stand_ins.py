"""Who may stand in for whom, and for how long."""

from dataclasses import replace
from datetime import date

import pytest

from app.rules.permissions import Role
from app.rules.stand_ins import Proposal, wrong

TODAY = date(2026, 3, 19)
RIGHT = Proposal(
    Role.FINANCE,
    absent_id=1,
    stand_in_id=2,
    given_by=3,
    absent_roles={Role.FINANCE},
    stand_in_roles={Role.APPROVER},
    starts_on=TODAY,
    ends_on=TODAY,
    today=TODAY,
)


def told(**changes: object) -> list[tuple[str, str]]:
    found = wrong(replace(RIGHT, **changes))  # type: ignore[arg-type]
    return [(message.code.removeprefix("stand_in."), message.path) for message in found]


def test_a_colleague_may_stand_in_for_a_day_or_for_a_year() -> None:
    assert told() == []
    assert told(ends_on=date(2027, 3, 19)) == []  # 366 days, the first and the last included


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"role": Role.CHAIR, "absent_roles": {Role.CHAIR}}, ("role", "role")),
        ({"absent_roles": {Role.APPROVER}}, ("not_held", "role")),
        ({"stand_in_id": 1}, ("same_person", "stand_in")),
        ({"stand_in_id": 3}, ("own", "stand_in")),
        ({"stand_in_roles": {Role.AUDITOR}}, ("auditor", "stand_in")),
        ({"stand_in_roles": ()}, ("stranger", "stand_in")),
        ({"ends_on": date(2026, 3, 18)}, ("period", "ends_on")),
        (
            {"starts_on": date(2026, 3, 17), "ends_on": date(2026, 3, 18)},
            ("over", "ends_on"),
        ),
        ({"ends_on": date(2027, 3, 20)}, ("too_long", "ends_on")),
    ],
)
def test_what_is_wrong_with_a_stand_in_is_said_at_its_field(changes, expected) -> None:
    assert told(**changes) == [expected]
