"""An award without a competition: to whom, and on which ground, as data (handbook 1.2).

The procedure stays the one of every call: the named beneficiary applies, is checked and assessed
for what it asks, and the award is computed by one person and decided by a second one. Only the
invitation differs: nobody else may apply, and the ground is published with the rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.rules.identifiers import check_identifier, owner_of
from app.rules.scheme_text import Text


class DirectGround(StrEnum):
    """The exceptions in which no call is needed; the law of the scheme says which hold."""

    MONOPOLY = "MONOPOLY"
    EMERGENCY = "EMERGENCY"
    BASIC_ACT = "BASIC_ACT"
    SPECIAL_COMPETENCE = "SPECIAL_COMPETENCE"
    OTHER_IN_LAW = "OTHER_IN_LAW"


@dataclass(frozen=True, slots=True)
class DirectAward:
    """`named` are the registry numbers of those who may apply, as COUNTRY:REGISTER:NUMBER.

    A register that no country owns leaves the country out: `LEI:5493001KJTIIGC8Y1R12`.
    `justification` names provision and facts, in words that everybody may read.
    """

    ground: DirectGround
    justification: Text
    named: tuple[str, ...] = ()

    def names(self, numbers: Iterable[str]) -> bool:
        """True where one of an organisation's numbers, written in the same way, is named."""
        return not {written(each) for each in self.named}.isdisjoint(map(written, numbers))


def written(named: str) -> str:
    """Return a number in one form: upper case, without spaces, dots and dashes in it."""
    country, register, number = parted(named)
    try:
        owner = owner_of(country, register)
    except KeyError:
        return f"{country}:{register}:{number}"
    return f"{owner}:{register}:{check_identifier(owner, register, number).normal}"


def parted(named: str) -> tuple[str, str, str]:
    """Return country, register and number; what is missing in front is empty."""
    *front, number = [part.strip().upper() for part in named.split(":")]
    register = front.pop() if front else ""
    return ":".join(front), register, number
