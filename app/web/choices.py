"""One of a few and several of a few as functions: a grid of fifteen criteria has ninety of them."""

from collections.abc import Callable

from markupsafe import Markup

from app.i18n import gettext
from app.web.controls import field_messages
from app.web.forms import Bound
from app.web.markup import safe, shown


def field_group(
    f: Bound,
    page_heading: bool = False,  # noqa: FBT001, FBT002 - components are called from templates
    legend_class: str = "",
    role: str = "",
    legend_hidden: bool = False,  # noqa: FBT001, FBT002 - as above
    *,
    caller: Callable[[], object],
) -> Markup:
    """Return legend, hint and error around several controls that are one question."""
    wrong = " govuk-form-group--error" if f.error else ""
    acting = f' role="{shown(role)}"' if role else ""
    described = f' aria-describedby="{shown(f.described_by)}"' if f.described_by else ""
    look = "govuk-fieldset__legend"
    if page_heading:
        look += " govuk-fieldset__legend--l"
    if legend_class:
        look += f" {shown(legend_class)}"
    if legend_hidden:
        look += " govuk-visually-hidden"
    named = shown(f.label)
    if f.optional:
        named = f"{named} {shown(gettext('(optional)'))}"
    if page_heading:
        named = f'<h1 class="govuk-fieldset__heading">\n      {named}\n      </h1>'
    return safe(
        f'<div class="govuk-form-group{wrong}">\n'
        f'  <fieldset class="govuk-fieldset"{acting}{described}>\n'
        f'    <legend class="{look}">\n      {named}\n    </legend>\n'
        f"    {field_messages(f)}\n    {shown(caller())}\n  </fieldset>\n</div>\n"
    )


def choice_item(
    look: str,
    kind: str,
    key: str,
    name: str,
    value: object,
    text: object,
    hint: object = "",
    checked: bool = False,  # noqa: FBT001, FBT002 - as above
) -> Markup:
    """Return one radio button or tick box with the id `key`; `look` is radios or checkboxes."""
    place, chosen = shown(key), " checked" if checked else ""
    described = f' aria-describedby="{place}-item-hint"' if hint else ""
    more = ""
    if hint:
        start = f'  <div id="{place}-item-hint" class="govuk-hint govuk-{look}__hint">'
        more = f"{start}\n    {shown(hint)}\n  </div>\n"
    return safe(
        f'<div class="govuk-{look}__item">\n'
        f'  <input class="govuk-{look}__input" id="{place}" name="{shown(name)}" type="{kind}"'
        f' value="{shown(value)}"{chosen}{described}>\n'
        f'  <label class="govuk-label govuk-{look}__label" for="{place}">\n'
        f"    {shown(text)}\n  </label>\n{more}</div>\n"
    )


def field_radios(
    f: Bound,
    inline: bool = False,  # noqa: FBT001, FBT002 - as above
    small: bool = False,  # noqa: FBT001, FBT002 - as above
    page_heading: bool = False,  # noqa: FBT001, FBT002 - as above
    legend_class: str = "",
    label_hidden: bool = False,  # noqa: FBT001, FBT002 - as above
) -> Markup:
    """Return one of a few."""
    look = "govuk-radios"
    if inline:
        look += " govuk-radios--inline"
    if small:
        look += " govuk-radios--small"
    given, first, name = f.value, f.id, f.name
    items = "".join(
        choice_item(
            "radios",
            "radio",
            first if number == 1 else f"{first}-{number}",
            name,
            option.value,
            option.text,
            option.hint_text,
            option.value == given,
        )
        for number, option in enumerate(f.options, start=1)
    )
    buttons = safe(f'<div class="{look}" data-module="govuk-radios">\n{items}</div>\n')
    return field_group(
        f,
        page_heading,
        legend_class,
        legend_hidden=label_hidden,
        caller=lambda: buttons,
    )


COMPONENTS = (choice_item, field_group, field_radios)
