"""Deeds ask before they write, and nobody moves a state or commits behind their back."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.house.files import text_of, tracked

ACTIONS = tuple(path for path in tracked("app/actions/*.py") if path.name != "act.py")
GATES = {"load", "load_many", "load_with", "create", "create_many", "allow"}
WRITES = {"move", "move_many", "write_many", "record", "enqueue", "enqueue_many"}

# Parts of deeds, called by deeds that have asked already (or that anybody may do: mail, limits).
# This list may only shrink.
PARTS = {
    "aid.is_aid": "part of agreements and of giving things on",
    "aid.known": "the same",
    "aid.finding": "the same",
    "aid.hold": "the same",
    "aid.refuse_above": "part of preparing and signing an agreement",
    "aid.above_of": "part of giving free money out",
    "aid.above_in": "part of computing an allocation",
    "aid.refuse_awards": "part of deciding on the awards",
    "agreement_paper.write": "part of prepare, change and send",
    "agreement_steps.answered": "part of answering and of ending, which hold the request",
    "agreements.agree_budget": "part of prepare, and of raising the offer of a draft",
    "accounts_limits.check_tries": "counts tries at the door, before anybody is known",
    "accounts_limits.count_failure": "the same",
    "accounts_limits.forget_failures": "the same",
    "accounts_limits.may_mail": "the same",
    "accounts_limits.forget_old": "housekeeping of the same",
    "accounts_links.forget_old": "housekeeping",
    "accounts_links.make_link": "part of register, ask_reset and invite",
    "accounts_links.use_up": "part of what a link allows",
    "accounts_links.use_up_others": "part of asking for a new link",
    "accounts_sessions.as_person": "becomes the person that a link or password proved",
    "accounts_sessions.begin": "part of sign_in, after the password",
    "accounts_sessions.end_all": "part of sign_out_everywhere and reset_password",
    "accounts_sessions.end_token": "whoever holds a session may end it",
    "accounts_sessions.forget_old": "housekeeping",
    "allocation_outcome.move_money": "part of allocate and discard, which hold the lots",
    "allocation_outcome.transfer": "part of allocate, which holds the lots",
    "handovers_paper.handover_protocol": "part of prepare, which holds the grant",
    "handovers_paper.title_transfer": "part of passing on a title",
    "handovers_paper.given_on": "part of giving a thing to a new holder",
    "housekeeping.forget_old": "by the clock: nobody's deed",
    "housekeeping.tidy_files": "the same",
    "round_notices.tell": "part of agreeing to a move, which loaded both rounds",
    "letters_release.release_these": "part of announcing what was given out of the reserve",
    "mail.post": "part of every deed that tells somebody",
    "mail.post_many": "the same",
    "mail.post_letters": "the same",
    "mail.write": "the same",
    "notices.tell": "the same",
    "notices.tell_beneficiary": "part of deeds that hold the agreement",
    "notices.write_to_applicant": "part of deeds that hold what they write about",
    "notices.tell_of_dates": "part of stages.set_dates, which asks",
    "in_kind.tell": "the same",
    "printing.note_pages": "part of printing a paper, which holds its row",
    "printing.record": "the same",
    "printing.ask_again": "part of asking again for a paper, which holds its row",
    "payment_refusals.refuse_request": "part of request, on the payment that it holds",
    "payments.start_clock": "part of deeds that hold the payment",
    "payments.stop_clock": "the same",
    "recoveries.complete_if_settled": "part of paying and of confirming what came back",
    "recovery_letter.context": "part of issuing an order",
    "applications_print.application_form": "part of ask, which holds the application",
    "applications_print.blind_form": "from what the blind query lets its assessor see",
    "organisations.tell_person": "part of admitting, refusing and removing somebody",
    "once.forget": "part of every deed whose form may come twice; only this person's own key",
    "once.first_answer": "what this person's own form was answered",
    "once.once": "part of every deed whose form may come twice",
    "once.remember": "the same",
    "tallies.fold": "by the clock: nobody's deed",
    "tallies.mend": "the same",
}

# Questions that live beside a write, by file. This list may only shrink.
SELECTS = {
    "app/actions/accounts_limits.py": 3,
    "app/actions/accounts_links.py": 1,
    "app/actions/act.py": 1,
    "app/actions/allocation.py": 1,
    "app/actions/allocation_outcome.py": 2,
    "app/actions/decisions.py": 1,
    "app/actions/once.py": 1,
    "app/actions/payment_files.py": 1,
    "app/demo/__init__.py": 3,
}


@cache
def functions() -> dict[str, ast.FunctionDef]:
    """Return every function of app/actions by `module.name`."""
    return {
        f"{path.stem}.{node.name}": node
        for path in ACTIONS
        for node in ast.parse(text_of(path)).body
        if isinstance(node, ast.FunctionDef)
    }


@cache
def known_as(module: str) -> dict[str, str]:
    """Return what the names in a module of actions stand for: alias → module or module.name."""
    path = next(path for path in ACTIONS if path.stem == module)
    names = {}
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app.actions"):
            inner = (node.module or "").removeprefix("app.actions").lstrip(".")
            for alias in node.names:
                target = f"{inner}.{alias.name}" if inner else alias.name
                names[alias.asname or alias.name] = target
    return names


def called(module: str, call: ast.Call) -> str:
    """Return `module.name` of the function of app/actions that is called, or nothing."""
    said = ast.unparse(call.func)
    if said.count(".") > 1:
        return ""
    first, _, rest = said.partition(".")
    name = known_as(module).get(first, first if rest else f"{module}.{first}")
    return f"{name}.{rest}" if rest else name


def calls(node: ast.FunctionDef) -> list[ast.Call]:
    """Return the calls of a body in the order in which they end, the inner ones first."""
    found = [call for step in node.body for call in ast.walk(step) if isinstance(call, ast.Call)]
    return sorted(found, key=lambda call: (call.end_lineno or 0, call.end_col_offset or 0))


def is_gated(name: str, seen: tuple[str, ...] = ()) -> bool:
    """True when the function, or a helper it calls first, asks for permission before it writes."""
    module = name.partition(".")[0]
    for call in calls(functions()[name]):
        said = ast.unparse(call.func)
        verb = said.rpartition(".")[2]
        if said.rpartition(".")[0].endswith(("act", "system")) and verb in GATES:
            return True
        inner = called(module, call)
        if inner in functions() and inner not in seen and is_gated(inner, (*seen, name)):
            return True
        if writes(said):
            return False
    return False


def writes(said: str) -> bool:
    verb = said.rpartition(".")[2]
    of_act = said.startswith("act.") and verb in WRITES
    return of_act or said.endswith(("session.add", "session.add_all")) or said in STATEMENTS


STATEMENTS = {"insert", "update", "delete"}


def deeds() -> Iterator[str]:
    for name, node in functions().items():
        first = node.args.args[0].arg if node.args.args else ""
        if first == "act" and not node.name.startswith("_"):
            yield name


def test_every_deed_asks_before_it_writes() -> None:
    ungated = {name for name in deeds() if not is_gated(name)}

    assert ungated - PARTS.keys() == set(), (
        "Begin with act.load, act.create, act.load_many or act.allow: they ask for permission."
    )


def test_parts_of_deeds_are_still_what_the_list_says() -> None:
    ungated = {name for name in deeds() if not is_gated(name)}

    assert PARTS.keys() - ungated == set(), "Take these out of PARTS: they ask, or are gone."


def test_only_the_act_moves_a_state() -> None:
    assert [
        f"{path}:{node.lineno}"
        for path in tracked("app/*.py")
        if path != Path("app/actions/act.py")
        for node in ast.walk(ast.parse(text_of(path)))
        if _sets_state(node)
    ] == [], "Use act.move(row, event): it asks the lifecycle and writes the audit row."


def _sets_state(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".values", "setattr")):
        named = [each.arg for each in node.keywords]
        named += [each.value for each in node.args if isinstance(each, ast.Constant)]
        return "state" in named
    targets = node.targets if isinstance(node, ast.Assign) else []
    targets += [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []
    return any(
        isinstance(target, ast.Attribute)
        and target.attr == "state"
        and ast.unparse(target) != "self.state"
        for target in targets
    )


def named_calls(*patterns: str) -> Iterator[tuple[str, ast.Call]]:
    for path in tracked(*patterns):
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, ast.Call):
                yield str(path), node


def test_nobody_commits_but_the_transaction() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path, call in named_calls("app/*.py")
        if ast.unparse(call.func).endswith((".commit", ".rollback"))
        and not path.endswith("app/db.py")
    ]

    assert found == [], "One deed is one transaction: app.db ends it."


def test_questions_stand_in_queries() -> None:
    found = Counter(
        path
        for path, call in named_calls("app/*.py")
        if ast.unparse(call.func) == "select" and not path.startswith("app/queries/")
    )

    assert found == SELECTS, "Reads belong to app/queries. SELECTS may only shrink."
