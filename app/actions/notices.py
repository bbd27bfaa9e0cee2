"""Tell applicants that a letter waits, and assessors that files do."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from app import i18n
from app.actions import mail
from app.actions.act import Act
from app.models import Agreement, Call, Stage
from app.queries import contacts as known
from app.queries.assessing import EntryPlace
from app.queries.contacts import addresses
from app.queries.schemes import scheme_of
from app.rules.call_clock import holds_interviews
from app.rules.permissions import GRANTED, Facts, Permission, Role
from app.rules.scheme_text import said


def tell(act: Act, call: Call, application_ids: Sequence[int]) -> None:
    """Write to the people of every application; the mail never says what the letter says."""
    people = addresses(act.session, application_ids)
    subject, body = mail.filled("decision_ready", locale=i18n.DEFAULT, call=call.title, path="/")
    emails = (email for application_id in sorted(people) for email in people[application_id])
    mail.post_many(act, to=emails, subject=subject, body=body)


def write_to_applicant(act: Act, application_id: int, name: str, **values: object) -> None:
    """Write `templates/emails/<name>.txt` to everybody of the organisation behind it."""
    subject, body = mail.filled(name, locale=i18n.DEFAULT, **values)
    emails = addresses(act.session, [application_id]).get(application_id, ())
    mail.post_many(act, to=emails, subject=subject, body=body)


def tell_beneficiary(act: Act, name: str, agreement: Agreement, **values: object) -> None:
    """Write to everybody of the beneficiary something about their agreement."""
    write_to_applicant(
        act,
        agreement.application_id,
        name,
        reference=agreement.reference,
        path=f"/agreements/{agreement.id}",
        **values,
    )


def tell_of_dates(
    act: Act, stage: Stage, was: Mapping[str, object], invited: Sequence[int]
) -> None:
    """Write to all who were invited to a stage that its days are no longer their letter's."""
    scheme = scheme_of(act.session, stage.call_id)
    rules = scheme.stage(stage.key)
    subject, body = mail.filled(
        "stage_moved",
        locale=i18n.DEFAULT,
        call=known.title_of(act.session, stage.call_id).title,
        stage=said(rules.title, i18n.DEFAULT),
        is_interview=holds_interviews(rules),
        was=was,
        opens_at=stage.opens_at,
        closes_at=stage.closes_at,
        path="/applications",
    )
    people = addresses(act.session, invited)
    emails = sorted({email for each in people.values() for email in each})
    mail.post_many(act, to=emails, subject=subject, body=body)


def tell_assessors(act: Act, call_id: int, people: Collection[int]) -> None:
    """Write to assessors who got files, once a day and call however often files are assigned."""
    call = known.title_of(act.session, call_id)
    act.allow(Permission.ASSIGN_ASSESSORS, Facts(authority_id=call.authority_id, call_id=call_id))
    subject, body = mail.filled(
        "files_assigned", locale=i18n.DEFAULT, call=call.title, path="/assessor"
    )
    since = act.now - timedelta(days=1)
    told = known.written_to(act.session, subject=subject, body=body, since=since)
    emails = [email for email in known.emails_of(act.session, people) if email not in told]
    mail.post_many(act, to=emails, subject=subject, body=body)


def tell_secretaries(act: Act, place: EntryPlace) -> None:
    """Write to whoever assigns assessors that a file was given back and waits for somebody else."""
    act.allow(Permission.ASSESS, known.facts_of_call(act.session, place.call_id))
    about = known.title_of(act.session, place.call_id)
    roles = [role for role in Role if Permission.ASSIGN_ASSESSORS in GRANTED[role]]
    for email in known.staff_of(act.session, place.call_id, roles):
        mail.write(
            act,
            "file_declined",
            to=email,
            call=about.title,
            reference=known.reference_of(act.session, place.application_id),
            path=f"/office/entries/{place.entry_id}/assessors",
        )


def remind_assessors(act: Act, call_id: int, open_files: Mapping[int, int]) -> None:
    """Write to assessors, by their ids, how many files wait for them."""
    call = known.title_of(act.session, call_id)
    act.allow(Permission.ASSIGN_ASSESSORS, Facts(authority_id=call.authority_id, call_id=call_id))
    for user_id, number in open_files.items():
        for email in known.emails_of(act.session, [user_id]):
            mail.write(
                act, "files_reminder", to=email, call=call.title, number=number, path="/assessor"
            )
