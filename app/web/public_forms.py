"""The form of a stage as an applicant will meet it, to read before anybody fills it in."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import NotFound
from app.i18n import language
from app.rules.scheme import Scheme
from app.rules.scheme_grid import Stage
from app.web.applicant_answers import form_of
from app.web.forms import Form
from app.web.public_terms import words_of


@dataclass(frozen=True, slots=True)
class PreviewSection:
    title: str
    help: str
    is_hidden_from_assessors: bool
    fields: Form
    units: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StagePreview:
    """All pages of a stage's form, empty."""

    key: str
    title: str
    currency: str
    with_budget: bool
    sections: tuple[PreviewSection, ...]


def stage_of(scheme: Scheme, stage_key: str) -> Stage:
    found = next((stage for stage in scheme.stages if stage.key == stage_key), None)
    if found is None:
        raise NotFound
    return found


def stage_preview(scheme: Scheme, stage_key: str) -> StagePreview:
    """Return the form of a stage; NotFound for an unknown one."""
    stage = stage_of(scheme, stage_key)
    return StagePreview(
        key=stage.key,
        title=words_of(stage.title),
        currency=scheme.currency,
        with_budget=stage.with_budget,
        sections=tuple(
            PreviewSection(
                title=words_of(section.title),
                help=words_of(section.help),
                is_hidden_from_assessors=section.reveals_identity and stage.blind,
                fields=form_of(section, {}, language()),
                units={each.key: words_of(each.unit) for each in section.questions},
            )
            for section in stage.form
        ),
    )
