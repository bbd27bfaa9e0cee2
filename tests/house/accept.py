"""Writes the tested parts of README.md anew: `python -m tests.house.accept`, or `make accept`."""

import re

from app.rules.lifecycle import ALL
from app.rules.permissions import FOUR_EYES, GRANTED, OWN, SIGNED_IN, Permission, Role
from tests.house.files import CHECKOUT
from tests.house.routes import filed

README = CHECKOUT / "README.md"
HOW = "README.md and the tables of app/rules differ: run `make accept` and read the diff."

# The roles as the head of the table names them; two tables, so that a page is wide enough.
GROUPS = (
    (
        "staff of the authority",
        (Role.OFFICER, Role.FUND_MANAGER, Role.FINANCE, Role.APPROVER, Role.MONITOR, Role.ADMIN),
    ),
    (
        "committee, assessors, readers",
        (Role.CHAIR, Role.SECRETARY, Role.COMMITTEE, Role.OBSERVER, Role.ASSESSOR, Role.AUDITOR),
    ),
    ("everybody else", (Role.APPLICANT, Role.PUBLIC)),
)


def states() -> str:
    """Return one diagram for each lifecycle, folded."""
    return "\n\n".join(
        f"<details><summary>{table.name.replace('_', ' ')}</summary>\n\n"
        f"```mermaid\n{table.mermaid()}\n```\n\n</details>"
        for table in ALL
    )


def permissions() -> str:
    """Return who may do what: a table for each group of roles, and the rules beside them."""
    tables = [_table(title, roles) for title, roles in GROUPS]
    return "\n\n".join([*tables, *_beside()])


def _table(title: str, roles: tuple[Role, ...]) -> str:
    names = [role.value.replace("_", " ") for role in roles]
    granted = [each for each in Permission if any(each in GRANTED[role] for role in roles)]
    rows = [
        f"| {each} | {' | '.join('✓' if each in GRANTED[role] else '' for role in roles)} |"
        for each in granted
    ]
    head = f"| {title} may … | {' | '.join(names)} |"
    return "\n".join([head, f"|---|{':-:|' * len(roles)}", *rows])


def _beside() -> list[str]:
    return [
        f"Everybody who is signed in may {_listed(SIGNED_IN)}, and may {_listed(OWN)}.",
        f"Nobody may {_listed(FOUR_EYES)} where they prepared it themselves; "
        "nobody may anything where they declared a conflict of interest.",
        f"Only the system may {_listed(_of_the_system())}.",
    ]


def _of_the_system() -> set[Permission]:
    held = {each for granted in GRANTED.values() for each in granted}
    return set(Permission) - held - SIGNED_IN - OWN


def _listed(permissions: set[Permission] | frozenset[Permission]) -> str:
    return " or ".join(str(each) for each in Permission if each in permissions)


SECTIONS = {"permissions": permissions, "states": states}


def _marked(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {name}: .*? -->\n)(.*?)(\n<!-- end of {name} -->)", re.DOTALL)


def section(name: str) -> str:
    """Return what README.md has between the marks of a section."""
    found = _marked(name).search(README.read_text("utf-8"))
    return found[2] if found else ""


# Desks of staff: their lists and forms refuse before anything is looked up or read.
DESKS = ("office_", "finance_", "assessor_", "admin_")


def needs() -> str:
    """Return `app/web/needs.py`, written from `routes.txt`."""
    names = {each.name for each in Permission}
    lines = [
        f'    "{each.name}": ({_tuple(each.who)}),'
        for each in sorted(filed().values(), key=lambda each: each.name)
        if each.name.startswith(DESKS)
        and set(each.who) <= names
        and (each.method == "POST" or "{" not in each.path)
    ]
    return NEEDS.format(lines="\n".join(lines))


def _tuple(who: tuple[str, ...]) -> str:
    return f"P.{who[0]}," if len(who) == 1 else ", ".join(f"P.{each}" for each in who)


NEEDS = '''"""What a person must hold for anything at all to open a desk's list or send its forms.

Written by `make accept` from `tests/house/routes.txt`. `app.web.deps` asks it before an object
is looked up or a form is read; the page and the deed ask again for the one object.
"""

from app.rules.permissions import Permission

P = Permission

NEEDS: dict[str, tuple[Permission, ...]] = {{
{lines}
}}
'''
NEEDS_FILE = CHECKOUT / "app" / "web" / "needs.py"


def main() -> None:
    NEEDS_FILE.write_text(needs(), "utf-8")
    text = README.read_text("utf-8")
    for name, made in SECTIONS.items():
        body = made()
        text = _marked(name).sub(lambda found, body=body: found[1] + body + found[3], text)
    README.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
