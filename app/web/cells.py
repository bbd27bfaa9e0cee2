"""The components that a list calls hundreds of times, as functions: cells, links, tags, amounts.

A macro takes ten times as long to say the same, and a table of fifty lines calls seven hundred.
Templates use them as any other component; what they are given is escaped unless it is markup.
"""

from functools import lru_cache

from markupsafe import Markup

from app import i18n
from app.web.markup import safe, shown
from app.web.states import shown_state


def cell(
    content: object = "",
    numeric: bool = False,  # noqa: FBT001, FBT002 - components are called from templates
    header: bool = False,  # noqa: FBT001, FBT002
    span: int = 1,
    classes: str = "",
) -> Markup:
    """Return a cell; `header` names its row, `numeric` has figures of one width at the right."""
    more = f" {shown(classes)}" if classes else ""
    wide = f' colspan="{span}"' if span > 1 else ""
    if header:
        head = f'<th scope="row" class="govuk-table__header{more}"{wide}>'
        return safe(f"{head}{shown(content)}</th>\n")
    kind = "govuk-table__cell govuk-table__cell--numeric" if numeric else "govuk-table__cell"
    return safe(f'<td class="{kind}{more}"{wide}>{shown(content)}</td>\n')


def link(
    text: object,
    href: str,
    hidden: object = "",
    download: bool = False,  # noqa: FBT001, FBT002 - as above
) -> Markup:
    """Return a link; `hidden` is read out only, so that "Change" says what it changes."""
    saved = " download" if download else ""
    said = f'<span class="govuk-visually-hidden"> {shown(hidden)}</span>' if hidden else ""
    return safe(f'<a class="govuk-link" href="{shown(href)}"{saved}>{shown(text)}{said}</a>')


def money(cents: int | None, currency: str = "") -> Markup:
    """Return an amount that never breaks over a line, a dash for none."""
    amount = "–" if cents is None else shown(i18n.format_money(cents, currency))
    return safe(f'<span class="money">{amount}</span>')


def tag(text: object, colour: str = "grey") -> Markup:
    """Return a short word set off by colour."""
    kind = f"govuk-tag govuk-tag--{shown(colour)}"
    return safe(f'<strong class="{kind}">\n  {shown(text)}\n</strong>')


def status_tag(state: str, kind: str = "", text: object = "") -> Markup:
    """Return a state in words and colour; never colour alone."""
    if text:
        return tag(text, shown_state(state, kind)[1])
    return _state(i18n.language(), state, kind)


@lru_cache(maxsize=1024)
def _state(locale: str, state: str, kind: str) -> Markup:
    said, colour = shown_state(state, kind)
    with i18n.speaking(locale):
        return tag(i18n.gettext(said), colour)


COMPONENTS = (cell, link, money, tag, status_tag)
