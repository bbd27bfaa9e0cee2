"""Whether a published decision follows from its input: what an outsider asks (`rules check`).

The file of a decision is `{"inputs": …, "result": …}` in the one byte form of
`canonical.canonical`; its SHA-256 is the digest of the decision. Three rules decide about
people: shortlist, allocation, and money given out again; the keys of the input say which.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.rules.allocation import allocate
from app.rules.allocation_input import read_case
from app.rules.allocation_model import UnresolvedTie
from app.rules.allocation_output import write_allocation
from app.rules.canonical import digest
from app.rules.json_reader import read_fields, refuse, required
from app.rules.release_json import read_release_case, released, write_release
from app.rules.shortlist import read_shortlist_case, shortlists, write_shortlists

ALLOCATE, SHORTLIST, RELEASE = "allocate", "shortlist", "release"

_FILE_KEYS = frozenset({"inputs", "result"})
# The key that only the input of this rule has, looked at in this order.
_TOLD_BY = {"today": RELEASE, "threshold": SHORTLIST, "policy": ALLOCATE}


class UnresolvedTieError(Exception):
    """The committee has to set the order of equals before money can be divided."""

    def __init__(self, tie: UnresolvedTie) -> None:
        super().__init__(tie.message.code)
        self.tie = tie


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of computing a decision again; `result` is what the rule gives today."""

    rule: str
    digest: str
    same: bool
    result: Mapping[str, object]


def check(document: object) -> Verdict:
    """Compute a decision again and compare; InvalidInput or UnresolvedTieError."""
    fields = read_fields(document, (), _FILE_KEYS)
    inputs, kept = required(fields, "inputs", ()), required(fields, "result", ())
    rule = rule_of(inputs)
    result = RULES[rule](inputs)
    return Verdict(rule, _digest_of(inputs, kept), result == kept, result)


def _digest_of(inputs: object, kept: object) -> str:
    """JSON can hold what has no byte form: half a character, a number beyond all bounds."""
    try:
        return digest({"inputs": inputs, "result": kept})
    except ValueError:
        refuse("no_byte_form", ())


def rule_of(inputs: object) -> str:
    """Return the rule that reads this input."""
    fields = read_fields(inputs, ("inputs",))
    found = next((rule for key, rule in _TOLD_BY.items() if key in fields), None)
    if found is None:
        refuse("missing", ("inputs", "policy"), key="policy")
    return found


def allocated(inputs: object) -> dict[str, object]:
    """Divide an envelope by spec/allocation.md; InvalidInput or UnresolvedTieError."""
    case = read_case(inputs)
    result = allocate(case.applications, case.lots, case.policy)
    if isinstance(result, UnresolvedTie):
        raise UnresolvedTieError(result)
    return write_allocation(result)


def shortlisted(inputs: object) -> dict[str, object]:
    case = read_shortlist_case(inputs)
    return write_shortlists(case, shortlists(case))


def given_again(inputs: object) -> dict[str, object]:
    case = read_release_case(inputs)
    return write_release(case, released(case))


RULES: Mapping[str, Callable[[object], dict[str, object]]] = {
    ALLOCATE: allocated,
    SHORTLIST: shortlisted,
    RELEASE: given_again,
}
