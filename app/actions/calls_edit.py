"""Change the rules of a draft (or of a corrigendum in work) place by place, and copy a call."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.actions.act import Act
from app.actions.calls import editable, good_code
from app.actions.calls_scheme import searchable, working_scheme, write_scheme, write_working
from app.errors import Invalid
from app.i18n.marks import N_
from app.models import Call
from app.queries import calls as call_queries
from app.queries.scheme_words import told_changes
from app.queries.schemes import scheme_from
from app.rules.corrigendum import changes
from app.rules.permissions import Permission
from app.rules.scheme import Scheme
from app.rules.scheme_edit import added, put_all, raised, removed

_NO_SUCH_PLACE = N_("What you changed is no longer there. Open the page again.")


@dataclass(frozen=True, slots=True)
class Edit:
    """What one form changes: values by path, then at most one item added, removed or raised.

    `add` is the path of a list with its new item; `remove` and `raise_` name an item.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    add: tuple[str, object] | None = None
    remove: str = ""
    raise_: str = ""


def change_rules(act: Act, call_id: int, edit: Edit, *, version: int | None = None) -> None:
    """Change rules of a draft, whatever becomes inconsistent by it: only publishing refuses.

    `version` is the one the person looked at; Invalid if somebody changed the call since.
    """
    call = editable(act, call_id, version)
    before = working_scheme(call)
    try:
        after = edited(before, edit)
    except KeyError as gone:
        raise Invalid({"": _NO_SUCH_PLACE}) from gone
    found = changes(before, after)
    if not found:
        return
    write_working(act, call, after)
    was, now = told_changes(before, after, found)
    act.record(call, "change_rules", was={"rules": was}, now={"rules": now})


def edited(scheme: Scheme, edit: Edit) -> Scheme:
    """Return the rules with an edit; KeyError for a place that they do not have."""
    scheme = put_all(scheme, edit.values)
    if edit.add is not None:
        scheme = added(scheme, *edit.add)
    if edit.remove:
        scheme = removed(scheme, edit.remove)
    if edit.raise_:
        scheme = raised(scheme, edit.raise_)
    return scheme


def clone(act: Act, call_id: int, *, code: str, title: str) -> int:
    """Start a draft with the rules of another call of the same authority; return its id.

    Dates are left empty: they have to be set again. Money and texts are taken along.
    """
    source = act.load(Call, call_id, to=Permission.EDIT_CALL)
    scheme = scheme_from(source.template)
    copied = replace(scheme, allocation=replace(scheme.allocation, reserve_valid_until=None))
    call = start_like(act, source, copied, code=code, title=title)
    act.record(call, "clone", source=source.code, code=call.code, title=title)
    return call.id


def start_like(
    act: Act, source: Call, scheme: Scheme, *, code: str, title: str, follows: bool = False
) -> Call:
    """Start a draft beside a call that is held, with the rules that are given. A part."""
    call = Call(
        authority_id=source.authority_id,
        code=good_code(act.session, source.authority_id, code),
        title=title,
        summary=source.summary,
        template_key=source.template_key,
        template={},
        envelope_cents=scheme.envelope_cents,
        created_at=act.now,
        created_by=act.actor.user_id,
        cloned_from_id=source.id,
        follows_id=source.id if follows else None,
    )
    act.create(call, to=Permission.EDIT_CALL)
    call.search_text = searchable(call, call_queries.authority_name(act.session, call.authority_id))
    write_scheme(act, call, scheme)
    return call
