"""An award without a competition that names nobody who could be found is told."""

from dataclasses import replace

import pytest

from app.rules.scheme import Procedure
from app.rules.scheme_check_direct import direct_findings
from app.rules.scheme_grid import Preselection
from tests.make.profiles import profile

SCHEME = profile("sp3_institutions")


def told(scheme) -> list[tuple[str, str]]:
    return [
        (each.message.path, each.message.code.removeprefix("scheme."))
        for each in direct_findings(scheme)
    ]


@pytest.mark.parametrize(
    ("named", "found"),
    [
        (("XK:NUI:810000007",), []),
        ((), [("named", "direct_names_nobody")]),
        (("XK:NUI:81000000",), [("named[0]", "direct_wrong_number")]),
        (("RS:PIB:101134703",), [("named[0]", "direct_wrong_number")]),
        (("XK:PIB:810000007",), [("named[0]", "direct_unknown_register")]),
        (("RS:LEI:5493001KJTIIGC8Y1R12",), [("named[0]", "direct_unknown_register")]),
        (("810000007",), [("named[0]", "direct_unknown_register")]),
        (("XK:NUI:810000007", "xk:nui:810 000 007"), [("named", "repeated")]),
    ],
)
def test_each_number_is_looked_at(named, found) -> None:
    assert SCHEME.call.direct is not None
    call = replace(SCHEME.call, direct=replace(SCHEME.call.direct, named=named))

    assert told(replace(SCHEME, call=call)) == [
        (f"call.direct.{path}", code) for path, code in found
    ]


def test_there_is_one_stage_and_no_shortlist() -> None:
    in_two = replace(SCHEME, call=replace(SCHEME.call, procedure=Procedure.RESTRICTED))
    (stage,) = SCHEME.stages
    shortlist = replace(SCHEME, stages=(replace(stage, preselection=Preselection(200)),))

    assert told(in_two) == [("call.procedure", "direct_in_stages")]
    assert told(shortlist) == [("call.direct", "direct_with_shortlist")]


def test_a_competition_has_nothing_to_name() -> None:
    assert told(profile("sp6_digital_hub")) == []
