"""How a page becomes Python: what Jinja's compiler leaves open is decided here once.

Three things differ from its own. Components are set in (see `inlining`). What is called is
called without asking first whether it wants the context, for nothing of ours does. And what is
shown is escaped without wrapping each piece anew.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import (
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    nodes,
)
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

from app.web import folding, inlining

_COMPILERS = (__file__, folding.__file__, inlining.__file__)


def shown(value: Any) -> str:  # Any: a template shows whatever there is
    """Return a value as the page has it: escaped, unless it is marked as safe."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]  # a text
    return str(value) if kind is int else escape(value)


class Generator(CodeGenerator):
    """Writes the Python of one template."""

    environment: "PageEnvironment"

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja's name
        page = inlining.set_in(node, self.environment.components().body_of)
        super().visit_Template(page, frame)

    def write_commons(self) -> None:
        self.writeline("shown = environment.shown")
        super().write_commons()

    def _output_child_pre(self, _node: nodes.Expr, _frame: Frame, _finalize: object) -> None:
        """Write the call whose closing bracket Jinja writes itself."""
        self.write("shown(")

    def visit_Call(  # noqa: N802 - Jinja's name
        self,
        node: nodes.Call,
        frame: Frame,
        forward_caller: bool = False,  # noqa: FBT001, FBT002 - Jinja calls it so
    ) -> None:
        self.visit(node.node, frame)
        self.write("(")
        for given in (*node.args, *node.kwargs):
            self.visit(given, frame)
            self.write(", ")
        if forward_caller:
            self.write("caller=caller, ")
        for stars, more in (("*", node.dyn_args), ("**", node.dyn_kwargs)):
            if more is not None:
                self.write(stars)
                self.visit(more, frame)
                self.write(", ")
        self.write(")")


class Components:
    """The components as they are written now, and a mark that changes when one of them does."""

    def __init__(self, folder: Path) -> None:
        self.changed_at = changed_at(folder)
        self.texts = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.html"))}
        compilers = [Path(each).read_text("utf-8") for each in _COMPILERS]
        self.mark = sha256("".join((*self.texts.values(), *compilers)).encode()).hexdigest()

    def body_of(self, name: str) -> folding.Body | None:
        text = self.texts.get(name)
        return folding.body_of(name, text) if text is not None else None


def changed_at(folder: Path) -> int:
    """Return when the last of the components was changed; in development it is asked each time."""
    return max(path.stat().st_mtime_ns for path in folder.glob("*.html"))


class PageEnvironment(Environment):
    """The environment of the pages in a folder, whose components are in its `components`."""

    code_generator_class = Generator
    shown = staticmethod(shown)

    def __init__(self, folder: Path, cache: Path | None, *, reload: bool) -> None:
        super().__init__(
            loader=_Loader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            bytecode_cache=_Cache(cache, lambda: self.components().mark) if cache else None,
            auto_reload=reload,
            cache_size=1000,
            **folding.PARSING,
        )
        self.policies.update(folding.POLICIES)
        self._folder = folder / "components"
        self._components: Components | None = None

    def components(self) -> Components:
        known = self._components
        if known is None or (self.auto_reload and known.changed_at != changed_at(self._folder)):
            known = self._components = Components(self._folder)
        return known


class _Loader(FileSystemLoader):
    """Finds pages; one is old when itself or any component was changed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.components = folder / "components"

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        source, path, is_current = super().get_source(environment, template)
        before = changed_at(self.components)
        return source, path, lambda: is_current() and changed_at(self.components) == before


class _Cache(FileSystemBytecodeCache):
    """Keeps compiled pages while neither page nor components nor their compiler change."""

    def __init__(self, folder: Path, mark: Callable[[], str]) -> None:
        super().__init__(str(folder))
        self.mark = mark

    def get_source_checksum(self, source: str) -> str:
        return sha256((source + self.mark()).encode()).hexdigest()
