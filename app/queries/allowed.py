"""Refusals before anything is read: one place that turns an answer of the table into words."""

from collections.abc import Collection

from app.errors import Forbidden, NotFound, Problem
from app.i18n.marks import N_
from app.rules.permissions import Actor, Facts, Permission, Refusal, held, may

_SAID = {
    "sign_in": N_("Sign in first. What you typed is not lost: go back after signing in."),
    "not_granted": N_("Your role does not allow you to {permission}. Ask the fund manager."),
    "conflict": N_("You declared a conflict of interest here, so you may not {permission}."),
    "four_eyes": N_("You prepared this yourself. A second person has to {permission}."),
}


def refused(refusal: Refusal) -> Problem:
    """Return the Problem that says a refusal to a person."""
    if refusal.is_invisible:
        return NotFound()
    return Forbidden(_SAID[refusal.code], permission=str(refusal.permission), **refusal.values)


def refuse_unless(actor: Actor, to: Permission, facts: Facts | None = None) -> None:
    """Raise the Problem if the actor may not do this with that object."""
    refusal = may(actor, to, facts)
    if refusal is not None:
        raise refused(refusal)


def refuse_unless_held(actor: Actor, needs: Collection[Permission]) -> None:
    """Raise Forbidden if the actor has none of the permissions for anything at all.

    It tells nothing about an object, so it can be asked before one is looked up; the page
    asks again for the one object.
    """
    if needs and not actor.is_system and not held(actor) & set(needs):
        raise refused(Refusal("not_granted", min(needs)))
