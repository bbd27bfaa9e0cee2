"""What the assessors wrote, joined for the applicant: no names, nothing said twice."""

from collections.abc import Iterable, Mapping

from app.rules.scheme_grid import Grid, GridSection

Comments = Mapping[str, str]


def of_sections(grid: Grid, sheets: Iterable[Comments]) -> dict[str, str]:
    """Return one text for each section that is assessed in this stage, by its code.

    It is what the committee agrees to, or changes: the applicant reads it with the score.
    """
    listed = tuple(sheets)
    return {
        section.code: of_section(section, listed)
        for section in grid.sections
        if section.carry_over is None
    }


def of_section(section: GridSection, sheets: Iterable[Comments]) -> str:
    """Join what each wrote on the section and on its criteria, in the order of the sheets."""
    codes = (section.code, *(one.code for one in section.criteria))
    written = (_sentence(sheet.get(code, "")) for sheet in sheets for code in codes)
    return " ".join(dict.fromkeys(each for each in written if each))


def _sentence(typed: str) -> str:
    words = " ".join(typed.split())
    return words if not words or words.endswith((".", "!", "?", "…")) else f"{words}."
