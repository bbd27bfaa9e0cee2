"""Jinja as our pages use it: what it decides again at each call is decided once here.

A list of fifty lines calls seven hundred macros and two hundred texts, and half of its time
went into finding out how. `Component` knows the arguments of its macro, `Generator` writes calls
that ask nothing, and a text is translated once for each language.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.utils import missing
from markupsafe import Markup

from app import i18n
from app.web.markup import safe, shown

REMEMBERED = 8192
"""How many texts are kept as they are said; the program has some three thousand."""

GENERATION = f"{crc32(Path(__file__).read_bytes()):08x}"
"""Part of the name of a kept program: what another generator wrote is not taken for ours."""


class Generator(CodeGenerator):
    """Writes the program of a template: calls and texts go the shortest way.

    Jinja asks before each call whether the function wants the context (none of ours does) and
    makes an object of each piece of text.
    """

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - named by Jinja
        self.writeline("from app.web.markup import shown as escape_once")
        super().visit_Template(node, frame)

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: Any
    ) -> None:  # Any: Jinja's own
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("escape_once(")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802, FBT001, FBT002 - as above
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        if forward_caller:
            self.write("caller=caller, ")
        for sign, more in (("*", node.dyn_args), ("**", node.dyn_kwargs)):
            if more:
                self.write(sign)
                self.visit(more, frame)
                self.write(", ")
        self.write(")")


class Component:
    """A macro that is looked up when it is first used, so that components may use each other.

    In development at each use, so that a change is seen at once.
    """

    def __init__(self, environment: Environment, name: str) -> None:
        self.environment = environment
        self.name = name
        self._function: Any = None  # Any: what the macro was compiled to
        self._names: tuple[str, ...] = ()
        self._takes_block = False
        self._takes_more = False

    def __call__(self, *args: Any, **kwargs: Any) -> Markup:  # Any: a macro takes what it declares
        """Give each argument its place; one that is not there keeps the macro's own default."""
        function = self._function or self._found()
        names = self._names
        if len(args) > len(names):
            raise TypeError(f"{self.name} takes at most {len(names)} arguments.")
        values = [*args, *[kwargs.pop(name, missing) for name in names[len(args) :]]]
        if self._takes_block:
            block = kwargs.pop("caller", None)
            values.append(block or self.environment.undefined(name="caller"))
        if self._takes_more:
            values.append(kwargs)
        elif kwargs:
            raise TypeError(f"{self.name} takes no argument {next(iter(kwargs))!r}.")
        return safe(function(*values))

    def _found(self) -> Any:  # Any: a compiled macro
        template = self.environment.get_template(f"components/{self.name}.html")
        macro = getattr(template.module, self.name)
        self._names = macro.arguments
        self._takes_block = macro.caller and "caller" not in macro.arguments
        self._takes_more = macro.catch_kwargs
        function = macro._func  # noqa: SLF001 - the macro itself would sort its arguments anew
        if not self.environment.auto_reload:
            self._function = function
        return function


def speak(environment: Environment) -> None:
    """Let templates translate: the texts of a page, with their values escaped."""
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        i18n.gettext, i18n.ngettext, newstyle=True
    )
    environment.globals.update({"_": _gettext, "gettext": _gettext, "ngettext": _ngettext})


def _gettext(message: str, /, **values: object) -> Markup:
    if values:
        return _filled(_translated(i18n.language(), message), values)
    return _said(i18n.language(), message)


def _ngettext(singular: str, plural: str, number: int, /, **values: object) -> Markup:
    said = Markup(i18n.ngettext(singular, plural, number))  # noqa: S704 - texts of the program
    return _filled(said, {"num": number, **values})


def _filled(said: Markup, values: Mapping[str, object]) -> Markup:
    """Fill a text in; a whole number stays one, for a text may say how it is written."""
    known = {name: value if type(value) is int else shown(value) for name, value in values.items()}
    return safe(str.__mod__(said, known))


@lru_cache(maxsize=REMEMBERED)
def _translated(locale: str, message: str) -> Markup:
    with i18n.speaking(locale):
        return Markup(i18n.gettext(message))  # noqa: S704 - texts of the program


@lru_cache(maxsize=REMEMBERED)
def _said(locale: str, message: str) -> Markup:
    """Return a text without values; it is a format all the same, so `%%` is one sign."""
    return _translated(locale, message) % {}
