"""The text of a component, and what is left of it when some of its arguments are known."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, TypeVar

from jinja2 import Environment, nodes
from jinja2.nodes import EvalContext, Node

from app.web import components

N = TypeVar("N", bound=Node)

PARSING: Mapping[str, Any] = {  # Any: options of every kind
    "extensions": ("jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"),
    "trim_blocks": True,
    "lstrip_blocks": True,
}
"""How pages and components are read."""

POLICIES = {"ext.i18n.trimmed": True}

REMEMBERED = 1024
"""How many components, and shortened ones, are kept; there are fifty, called in some ways each."""

_UNKNOWN = object()
_GIVEN = (nodes.CallBlock, nodes.AssignBlock, nodes.FilterBlock)


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A component that can be set into pages. `own` are the names that it gives a meaning itself.

    `takes` is how many values it gives the block that it prints, None where it prints none.
    """

    name: str
    parameters: tuple[str, ...]
    defaults: Mapping[str, nodes.Const]
    parts: Sequence[Node]
    own: frozenset[str]
    takes: int | None
    repeats_block: bool


@cache
def parser() -> Environment:
    """Return what reads components, the same for all environments: a body may then be kept."""
    found = Environment(autoescape=True, **PARSING)
    found.policies.update(POLICIES)
    components.speak(found)
    return found


@lru_cache(maxsize=REMEMBERED)
def body_of(name: str, text: str) -> Body | None:
    """Return what can be set in of a component; None if it does more than print its block once."""
    macro = next(parser().parse(text).find_all(nodes.Macro))
    parameters = [each.name for each in macro.args]
    names = list(each_of(macro.body, nodes.Name))
    used = [each.name for each in names if each.ctx == "load"]
    own = {each.name for each in names if each.ctx != "load"}
    block = printed(macro.body, is_caller)
    if (
        {"kwargs", "varargs"} & set(used)
        or used.count("caller") != len(block)
        or len(block) > 1
        or own & set(parameters)
        or not all(isinstance(each, nodes.Const) for each in macro.defaults)
    ):
        return None
    first = len(parameters) - len(macro.defaults)
    loops = each_of(macro.body, nodes.For)
    return Body(
        name=name,
        parameters=tuple(parameters),
        defaults=dict(zip(parameters[first:], macro.defaults, strict=True)),  # type: ignore[arg-type]  # all are Const
        parts=macro.body,
        own=frozenset(own.union(parameters)),
        takes=len(block[0].args) if block else None,  # type: ignore[attr-defined]  # a Call
        repeats_block=any(is_caller(call) for loop in loops for call in loop.find_all(nodes.Call)),
    )


def each_of(parts: Iterable[Node], kind: type[N]) -> Iterator[N]:
    """Yield the nodes of a kind, the parts themselves among them."""
    for part in parts:
        if isinstance(part, kind):
            yield part
        yield from part.find_all(kind)


def is_caller(node: Node) -> bool:
    """True for `caller(…)`, the block that a component prints."""
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Name)
        and node.node.name == "caller"
        and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
    )


def printed(
    parts: Iterable[Node], wanted: Callable[[Node], bool], *, repeated: bool = True
) -> list[nodes.Expr]:
    """Return what is printed as it is, if told also in loops, but not in blocks given to others."""
    found: list[nodes.Expr] = []
    for part in parts:
        if isinstance(part, nodes.Output):
            found += filter(wanted, part.nodes)
        elif not isinstance(part, _GIVEN) and (repeated or not isinstance(part, nodes.For)):
            found += printed(part.iter_child_nodes(), wanted, repeated=repeated)
    return found


def copied(node: N, values: Iterable[Any]) -> N:  # Any: each kind of node has its own fields
    """Return a node of the same kind with other fields."""
    return type(node)(*values, lineno=node.lineno, environment=node.environment)


def joined(parts: Iterable[Node]) -> list[Node]:
    """Print at once what is printed one after the other."""
    found: list[Node] = []
    for part in parts:
        if isinstance(part, nodes.Output) and found and isinstance(found[-1], nodes.Output):
            found[-1] = copied(part, [[*found[-1].nodes, *part.nodes]])
        else:
            found.append(part)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """What is left of a component; `uses` counts its names, `printed` stand outside of loops."""

    parts: Sequence[Node]
    uses: Mapping[str, int]
    printed: frozenset[str]


@lru_cache(maxsize=REMEMBERED)
def folded(body: Body, known: frozenset[tuple[str, type, Any]]) -> Folded:  # Any: constants
    """Put known values (name, type and value, for 1 is not True) in their places in a component."""
    values = {name: nodes.Const(value) for name, _, value in known}
    left = _Folding(values).parts(body.parts)
    names = [each.name for each in each_of(left, nodes.Name) if each.ctx == "load"]
    shown = printed(left, lambda each: isinstance(each, nodes.Name), repeated=False)
    return Folded(left, Counter(names), frozenset(each.name for each in shown))  # type: ignore[attr-defined]  # names


class _Folding:
    """Leaves out what can never be shown."""

    def __init__(self, values: Mapping[str, nodes.Const]) -> None:
        self.values = values
        self.context = EvalContext(parser())

    def parts(self, parts: Iterable[Node]) -> list[Node]:
        return joined(made for part in parts for made in self._statement(part))

    def _statement(self, node: Node) -> list[Node]:
        return self._branches(node) if isinstance(node, nodes.If) else [self._node(node)]

    def _branches(self, node: nodes.If) -> list[Node]:
        open_ones: list[tuple[nodes.Expr, list[Node]]] = []
        rest = node.else_
        for branch in (node, *node.elif_):
            test = self._node(branch.test)
            value = self._value(test)
            if value is _UNKNOWN:
                open_ones.append((test, self.parts(branch.body)))
            elif value:
                rest = branch.body
                break
        ends = self.parts(rest)
        if not open_ones:
            return ends
        (test, body), *more = open_ones
        others = [copied(node, (each, theirs, [], [])) for each, theirs in more]
        return [copied(node, (test, body, others, ends))]

    def _node(self, node: Node) -> Any:  # Any: a node of the same kind, or a simpler expression
        if isinstance(node, nodes.Name):
            return (self.values.get(node.name) if node.ctx == "load" else None) or node
        made = copied(node, (self._field(getattr(node, name)) for name in node.fields))
        return self._simpler(made) if isinstance(made, nodes.Expr) else made

    def _field(self, value: Any) -> Any:  # Any: a node, nodes, or a plain value
        if isinstance(value, Node):
            return self._node(value)
        if isinstance(value, list) and any(isinstance(each, nodes.Stmt) for each in value):
            return self.parts(value)
        if isinstance(value, list):
            return [self._field(each) for each in value]
        return value

    def _simpler(self, node: nodes.Expr) -> Any:  # Any: an expression of another kind
        if isinstance(node, nodes.CondExpr) and node.expr2 is not None:
            test = self._value(node.test)
            return node if test is _UNKNOWN else node.expr1 if test else node.expr2
        if isinstance(node, nodes.And | nodes.Or):
            left = self._value(node.left)
            if left is _UNKNOWN:
                return node
            return node.right if bool(left) == isinstance(node, nodes.And) else node.left
        return node

    def _value(self, test: nodes.Expr) -> Any:  # Any: whatever a constant holds
        try:
            return test.as_const(self.context)
        except nodes.Impossible:
            return _UNKNOWN
