"""Components are set into the pages that use them, once, when a page is compiled.

A list of fifty lines calls seven hundred components, and nearly all that each of them then
decides is known from the page's own text: `cell(x, numeric=true)` is always the same opening
tag, one value and the same closing tag. So the call is replaced by the text of the component
with its arguments in their places; what is shown is the same to the letter.

A component is called as before where its result is worked with (in a filter, as an argument
that is used twice), where its arguments are a dictionary, and where a page has another meaning
for its name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from jinja2 import nodes
from jinja2.nodes import Node

from app.web.folding import Body, N, copied, each_of, folded, is_caller, joined

SHARED = "__shared"
"""End of a second name of every global: a component means the global by it, whatever the page
that the component is set into calls by the same name."""

# Names that stand for the place they are written at, and are nobody's own.
_SURROUNDINGS = frozenset({"caller", "loop", "self", "super"})

Bodies = Callable[[str], Body | None]
"""Finds a component by its name; None for another name, and for one that must be called."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """Inside a component: what its names mean on the page, and the block it was given."""

    number: int
    body: Body
    around: "_Scope | None"
    names: Mapping[str, nodes.Expr] = field(default_factory=dict)
    once: Mapping[str, nodes.Expr] = field(default_factory=dict)
    block: nodes.CallBlock | None = None

    def own(self, name: str) -> str:
        """Return a name that nothing else on the page has."""
        return f"{self.body.name}_{self.number}_{name}"

    def is_within(self, body: Body) -> bool:
        return self.body is body or (self.around is not None and self.around.is_within(body))


def set_in(page: nodes.Template, bodies: Bodies) -> nodes.Template:
    """Return the page with every component in it that can be set in."""
    taken = {each.name for each in each_of([page], nodes.Name) if each.ctx != "load"}
    taken |= {each.name for each in each_of([page], nodes.Macro)}
    for imported in each_of([page], nodes.FromImport):
        taken |= {each if isinstance(each, str) else each[1] for each in imported.names}
    return _Setter(bodies, frozenset(taken)).node(page, None)


class _Setter:
    def __init__(self, bodies: Bodies, taken: frozenset[str]) -> None:
        self.bodies = bodies
        self.taken = taken
        self.numbers = count(1)

    def node(self, node: N, scope: _Scope | None) -> N:
        """Copy a node of the page, or of a component that is being set in."""
        if isinstance(node, nodes.Name):
            return self._name(node, scope)  # type: ignore[return-value]  # an expression for another
        return copied(node, [self._field(getattr(node, name), scope) for name in node.fields])

    def _field(self, value: Any, scope: _Scope | None) -> Any:  # Any: a node, nodes, a plain value
        if isinstance(value, Node):
            return self.node(value, scope)
        if isinstance(value, list) and any(isinstance(each, nodes.Stmt) for each in value):
            return self._parts(value, scope)
        if isinstance(value, list):
            return [self._field(each, scope) for each in value]
        return value

    def _parts(self, parts: Iterable[Node], scope: _Scope | None) -> list[Node]:
        return joined(made for part in parts for made in self._statement(part, scope))

    def _statement(self, node: Node, scope: _Scope | None) -> list[Node]:
        if isinstance(node, nodes.Output):
            return [made for child in node.nodes for made in self._shown(child, scope)]
        if isinstance(node, nodes.CallBlock) and (body := self._takes(node, scope)):
            return self._set_in(body, node.call, scope, node)
        return [self.node(node, scope)]

    def _name(self, node: nodes.Name, scope: _Scope | None) -> nodes.Expr:
        if scope is None or node.name in _SURROUNDINGS:
            return node
        if node.name in scope.names:
            return scope.names[node.name]
        name = scope.own(node.name) if node.name in scope.body.own else node.name + SHARED
        return copied(node, (name, node.ctx))

    def _shown(self, node: nodes.Expr, scope: _Scope | None) -> list[Node]:
        """Return what prints an expression: a component, an argument or a block in its place."""
        if scope is not None and isinstance(node, nodes.Name) and node.name in scope.once:
            return self._shown(scope.once[node.name], scope.around)
        if scope is not None and scope.block is not None and is_caller(node):
            return self._block(scope.block, node, scope)
        body = self._component(node, scope)
        if body is not None and body.takes is None:
            return self._set_in(body, node, scope)
        if isinstance(node, nodes.CondExpr) and (
            self._component(node.expr1, scope) or self._component(node.expr2, scope)
        ):
            return self._either(node, scope)
        return [nodes.Output([self.node(node, scope)], lineno=node.lineno)]

    def _either(self, node: nodes.CondExpr, scope: _Scope | None) -> list[Node]:
        """Return what prints one of two; both may be components."""
        yes = joined(self._shown(node.expr1, scope))
        no = joined(self._shown(node.expr2, scope)) if node.expr2 is not None else []
        return [nodes.If(self.node(node.test, scope), yes, [], no, lineno=node.lineno)]

    def _component(self, node: Node | None, scope: _Scope | None) -> Body | None:
        """Return the component that is called, if it can be set in here."""
        if not (isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name)):
            return None
        name = node.node.name
        body = self.bodies(name)
        if body is None or name in (scope.body.own if scope else self.taken):
            return None
        if (scope is not None and scope.is_within(body)) or _arguments(body, node) is None:
            return None
        return body

    def _takes(self, node: nodes.CallBlock, scope: _Scope | None) -> Body | None:
        """Return the component that is given a block, if both can be set in here."""
        body = self._component(node.call, scope)
        if body is None or body.takes != len(node.args) or node.defaults:
            return None
        names = {each.name for each in each_of(node.body, nodes.Name)}
        if "caller" in names or (body.repeats_block and "loop" in names):
            return None
        return None if any(each_of(node.body, nodes.Block)) else body

    def _set_in(
        self, body: Body, call: Any, around: _Scope | None, block: nodes.CallBlock | None = None
    ) -> list[Node]:
        given = _arguments(body, call)
        assert given is not None
        known = {name: each for name, each in given.items() if isinstance(each, nodes.Const)}
        left = folded(body, frozenset((k, type(v.value), v.value) for k, v in known.items()))
        names, once, bound = {}, {}, {}
        for name in body.parameters:
            value = given[name]
            if name in known or name not in left.uses:
                continue
            if isinstance(value, nodes.Name) and value.name not in _SURROUNDINGS:
                names[name] = self._name(value, around)
            elif left.uses[name] == 1 and name in left.printed:
                once[name] = value
            else:
                bound[name] = self.node(value, around)
        scope = _Scope(next(self.numbers), body, around, names, once, block)
        made = self._parts(left.parts, scope)
        targets: list[nodes.Expr] = [
            nodes.Name(scope.own(name), "param", lineno=call.lineno) for name in bound
        ]
        return _scoped(call, targets, list(bound.values()), made)

    def _block(self, block: nodes.CallBlock, call: Any, scope: _Scope) -> list[Node]:
        made = self._parts(block.body, scope.around)
        targets = [self.node(each, scope.around) for each in block.args]
        return _scoped(call, targets, [self.node(each, scope) for each in call.args], made)


def _arguments(body: Body, call: nodes.Call) -> dict[str, nodes.Expr] | None:
    """Return the value of each parameter; None where the call itself will say what is wrong."""
    if call.dyn_args or call.dyn_kwargs or len(call.args) > len(body.parameters):
        return None
    given = dict(zip(body.parameters, call.args, strict=False))
    named = {each.key: each.value for each in call.kwargs}
    found = {**body.defaults, **given, **named}
    return found if found.keys() == set(body.parameters) and not given.keys() & named else None


def _scoped(
    call: Node, targets: Sequence[nodes.Expr], values: Sequence[nodes.Expr], made: list[Node]
) -> list[Node]:
    """Let names hold for these parts alone; without any there is nothing to hold together."""
    sets = any(each.ctx == "store" for each in each_of(made, nodes.Name))
    return [nodes.With(targets, values, made, lineno=call.lineno)] if targets or sets else made
