"""A key for what is kept once for each thing, such as the fields of one section of a scheme.

Rules are read once and then stay (`queries.schemes`), so a thing is told by being the same one:
to compare by value would read all of a section each time, and some parts cannot be hashed.
"""

from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 512
"""How many things a cache remembers; it holds them, so that none of them is mistaken."""


class Same(Generic[T]):
    """Equal to another one of the very same thing only."""

    __slots__ = ("one",)

    def __init__(self, one: T) -> None:
        self.one = one

    def __hash__(self) -> int:
        return id(self.one)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.one is self.one
