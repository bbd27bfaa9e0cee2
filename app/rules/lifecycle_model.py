"""What a lifecycle is: a table of moves, asked by event and state, printed for the README."""

from dataclasses import dataclass


class IllegalMove(Exception):  # noqa: N818 - the name is the sentence a colleague reads
    """The event is not allowed in this state; the message names both."""

    def __init__(self, lifecycle: str, state: str, event: str) -> None:
        super().__init__(f"{lifecycle}: no {event!r} from {state!r}")
        self.lifecycle = lifecycle
        self.state = state
        self.event = event


@dataclass(frozen=True, slots=True)
class Transition:
    event: str
    sources: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True)
class Lifecycle:
    name: str
    initial: str
    transitions: tuple[Transition, ...]
    final: tuple[str, ...]

    def after(self, state: str, event: str) -> str:
        """Return the state that follows; raise IllegalMove where the table has no such row."""
        for transition in self.transitions:
            if transition.event == event and state in transition.sources:
                return transition.target
        raise IllegalMove(self.name, state, event)

    def events_from(self, state: str) -> tuple[str, ...]:
        return tuple(t.event for t in self.transitions if state in t.sources)

    def states(self) -> tuple[str, ...]:
        """Return all states, in the order in which the table names them."""
        seen = dict.fromkeys([self.initial])
        for transition in self.transitions:
            seen.update(dict.fromkeys(transition.sources))
            seen[transition.target] = None
        return tuple(seen)

    def mermaid(self) -> str:
        """Return the table as a Mermaid state diagram, for README.md."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for transition in self.transitions:
            lines.extend(
                f"    {source} --> {transition.target}: {transition.event}"
                for source in transition.sources
            )
        lines.extend(f"    {state} --> [*]" for state in self.final)
        return "\n".join(lines)


def row(event: str, sources: str, target: str) -> Transition:
    return Transition(event, tuple(sources.split()), target)
