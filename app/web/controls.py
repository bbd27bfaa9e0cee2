"""Fields of one line as functions: a budget of twenty lines shows a hundred of them.

A field is a group (label, hint, error) around a control; macros of other kinds use the same group.
"""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from app.i18n import gettext
from app.web.fields import Kind
from app.web.forms import Bound
from app.web.markup import safe, shown


def field_messages(f: Bound) -> Markup:
    """Return hint and error of a field, with the ids that its control is described by."""
    said = ""
    if hint := f.hint:
        said = f'  <div id="{shown(f.id)}-hint" class="govuk-hint">\n    {shown(hint)}\n  </div>\n'
    if f.error:
        unseen = f'<span class="govuk-visually-hidden">{shown(gettext("Error:"))}</span>'
        start = f'  <p id="{shown(f.id)}-error" class="govuk-error-message">'
        said = f"{said}{start}\n    {unseen} {shown(f.error)}\n  </p>\n"
    return safe(said)


def form_group(
    f: Bound,
    label_hidden: bool = False,  # noqa: FBT001, FBT002 - components are called from templates
    page_heading: bool = False,  # noqa: FBT001, FBT002 - as above
    label_class: str = "",
    module: str = "",
    data: Mapping[str, object] | None = None,
    *,
    caller: Callable[[], object],
) -> Markup:
    """Return label, hint and error around one control, which the call block writes."""
    wrong = " govuk-form-group--error" if f.error else ""
    script = f' {shown(module)}" data-module="{shown(module)}"' if module else '"'
    more = "".join(f' data-{shown(name)}="{shown(value)}"' for name, value in (data or {}).items())
    label = "govuk-label"
    if page_heading:
        label += " govuk-label--l"
    if label_class:
        label += f" {shown(label_class)}"
    if label_hidden:
        label += " govuk-visually-hidden"
    text: str = shown(f.label)
    if f.optional:
        text = f'{text} <span class="optional">{shown(gettext("(optional)"))}</span>'
    named = f'  <label class="{label}" for="{shown(f.id)}">\n    {text}\n  </label>\n'
    if page_heading:
        named = f'  <h1 class="govuk-label-wrapper">\n{named}  </h1>\n'
    said = field_messages(f) if f.error or f.field.hint else ""
    start = f'<div class="govuk-form-group{wrong}{script}{more}>\n'
    return safe(f"{start}{named}{said}{shown(caller())}</div>\n")


def _control(
    f: Bound,
    *,
    kind: str = "text",
    width: int = 0,
    prefix: object = "",
    suffix: object = "",
    classes: str = "",
    inputmode: str = "",
    spellcheck: str = "",
) -> Markup:
    """Return the bare one-line input, alone or between a prefix and a suffix."""
    look = f"govuk-input govuk-input--width-{width}" if width else "govuk-input"
    if classes:
        look += f" {classes}"
    if f.error:
        look += " govuk-input--error"
    given = {
        "spellcheck": spellcheck,
        "value": f.value,
        "aria-describedby": f.described_by,
        "autocomplete": f.field.autocomplete,
        "inputmode": inputmode,
    }
    more = "".join(f' {name}="{shown(value)}"' for name, value in given.items() if value)
    start = f'<input class="{look}" id="{shown(f.id)}" name="{shown(f.name)}" type="{kind}"'
    bare = f"{start}{more}>\n"
    if prefix or suffix:
        inside = f"{_beside('prefix', prefix)}{bare}{_beside('suffix', suffix)}"
        bare = f'<div class="govuk-input__wrapper">\n{inside}</div>\n'
    return safe(bare)


def _beside(place: str, text: object) -> str:
    if not text:
        return ""
    return f'<div class="govuk-input__{place}" aria-hidden="true">{shown(text)}</div>\n'


def field_text(
    f: Bound, width: int = 0, prefix: object = "", suffix: object = "", **look: Any
) -> Markup:  # Any: see form_group
    """Return one line of text, an e-mail address or an IBAN."""
    given: dict[str, Any] = {"width": width, "prefix": prefix, "suffix": suffix}  # Any: as above
    if f.kind == Kind.EMAIL:
        given |= {"kind": "email", "spellcheck": "false"}
    elif f.kind == Kind.IBAN:
        spaced = "govuk-input--extra-letter-spacing"
        given |= {"width": width or 30, "spellcheck": "false", "classes": spaced}
    return form_group(f, **look, caller=lambda: _control(f, **given))


def field_number(
    f: Bound, width: int = 5, prefix: object = "", suffix: object = "", **look: Any
) -> Markup:  # Any: see form_group
    """Return a whole number or a mark."""
    mode = "decimal" if f.kind == Kind.SCORE else "numeric"
    return _figures(f, look, width=width, prefix=prefix, suffix=suffix, inputmode=mode)


def field_amount(
    f: Bound, currency: object = "", width: int = 10, **look: Any
) -> Markup:  # Any: see form_group
    """Return an amount, typed with a decimal comma or point, shown as it was typed."""
    return _figures(f, look, width=width, prefix=currency, inputmode="decimal")


def _figures(f: Bound, look: Mapping[str, Any], **given: Any) -> Markup:  # Any: as above
    return form_group(
        f, **look, caller=lambda: _control(f, **given, spellcheck="false", classes="numeric")
    )


def field_select(f: Bound, *, empty: str = "", **look: Any) -> Markup:  # Any: see form_group
    """Return one of many; an unanswered one begins with a line that chooses nothing."""
    return form_group(f, **look, caller=lambda: _select(f, empty))


def _select(f: Bound, empty: str) -> Markup:
    wrong = " govuk-select--error" if f.error else ""
    described = f' aria-describedby="{shown(f.described_by)}"' if f.described_by else ""
    chosen, options = f.value, f.options
    has_nothing = any(option.value == "" for option in options)
    named = f'id="{shown(f.id)}" name="{shown(f.name)}"'
    lines = [f'<select class="govuk-select{wrong}" {named}{described}>']
    if (f.optional or empty or not chosen) and not has_nothing:
        lines.append(f'  <option value="">{shown(empty or gettext("Choose"))}</option>')
    for option in options:
        mark = " selected" if option.value == chosen else ""
        lines.append(f'  <option value="{shown(option.value)}"{mark}>{shown(option.text)}</option>')
    return safe("\n".join((*lines, "</select>\n")))


def field_hidden(f: Bound, **_: object) -> Markup:
    """Return a value that travels with the form."""
    return safe(f'<input type="hidden" name="{shown(f.name)}" value="{shown(f.value)}">\n')


def button(
    text: object,
    name: str = "",
    value: object = "",
    kind: str = "primary",
    disabled: bool = False,  # noqa: FBT001, FBT002 - as above
    formaction: str = "",
) -> Markup:
    """Return a button of a form: primary, secondary, warning or quiet.

    A second press within a second does nothing.
    """
    look = "govuk-button" if kind == "primary" else f"govuk-button govuk-button--{kind}"
    more = f' name="{shown(name)}" value="{shown(value)}"' if name else ""
    if formaction:
        more += f' formaction="{shown(formaction)}"'
    if disabled:
        more += ' disabled aria-disabled="true"'
    start = f'<button type="submit" class="{look}" data-module="govuk-button"{more}'
    return safe(f'{start} data-prevent-double-click="true">\n  {shown(text)}\n</button>\n')


BY_KIND = {
    Kind.TEXT: "field_text",
    Kind.EMAIL: "field_text",
    Kind.IBAN: "field_text",
    Kind.LONG_TEXT: "field_textarea",
    Kind.AMOUNT: "field_amount",
    Kind.NUMBER: "field_number",
    Kind.SCORE: "field_number",
    Kind.DATE: "field_date",
    Kind.MOMENT: "field_moment",
    Kind.CHOICE: "field_select",
    Kind.ONE_OF: "field_radios",
    Kind.SEVERAL: "field_checkboxes",
    Kind.YES_NO: "field_checkbox",
    Kind.UPLOAD: "field_file",
    Kind.PASSWORD: "field_password",
    Kind.HIDDEN: "field_hidden",
    Kind.ROWS: "field_rows",
}


def by_kind(components: Mapping[str, Any]) -> Callable[..., Markup]:  # Any: components by name
    """Return the component `field`, which shows any field by its kind."""
    known: Mapping[str, Callable[..., Markup]] = {
        kind: components[name] for kind, name in BY_KIND.items()
    }

    def field(f: Bound, **look: Any) -> Markup:  # Any: goes to the component of that kind
        """Return any field by its kind; `look` goes to the component of that kind."""
        return known[f.kind](f, **look)

    return field


COMPONENTS = (
    button,
    field_amount,
    field_hidden,
    field_messages,
    field_number,
    field_select,
    field_text,
    form_group,
)
