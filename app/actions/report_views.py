"""One's own views of the award report: which columns, with which filters, under which name."""

from collections.abc import Mapping, Sequence

from app.actions.act import Act
from app.errors import Invalid, NotFound
from app.i18n.marks import N_
from app.models import ReportView, User
from app.rules.permissions import Permission

TO = Permission.CHANGE_OWN_ACCOUNT
# A list that a person can still look through.
MOST_VIEWS = 20


def save(act: Act, *, name: str, columns: Sequence[str], query: Mapping[str, str]) -> int:
    """Keep the choice under its name, the empty one for what is in use; the same name is replaced.

    The account is locked, so two windows of one person save one after the other.
    """
    user = _self(act)
    if not columns:
        raise Invalid({"columns": N_("Choose at least one column.")})
    mine = act.load_many(ReportView, ReportView.user_id == user.id, to=TO, within=user)
    same = [view for view in mine if view.name == name]
    if not same and len(mine) >= MOST_VIEWS:
        raise Invalid({"name": N_("You have 20 views. Delete one first.")})
    view = same[0] if same else ReportView(user_id=user.id, name=name, saved_at=act.now)
    view.columns, view.query, view.saved_at = list(columns), dict(query), act.now
    if not same:
        act.create(view, to=TO)
    return view.id


def delete(act: Act, view_id: int) -> None:
    user = _self(act)
    mine = act.load_many(
        ReportView, ReportView.user_id == user.id, ReportView.id == view_id, to=TO, within=user
    )
    if not mine:
        raise NotFound
    act.session.delete(mine[0])


def _self(act: Act) -> User:
    # Nobody is signed in: key 0 is nobody's, so the answer is the same NotFound.
    return act.load(User, act.actor.user_id or 0, to=TO)
