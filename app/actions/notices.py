"""Tell applicants that a letter waits, and assessors that files do."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import insert, select

from app import i18n
from app.actions import mail
from app.actions.act import Act
from app.models import Call, Mail, User
from app.queries.contacts import addresses


def tell(act: Act, call: Call, application_ids: Sequence[int]) -> None:
    """Write to the people of every application; the mail never says what the letter says."""
    people = addresses(act.session, application_ids)
    subject, body = mail.filled("decision_ready", locale=i18n.DEFAULT, call=call.title, path="/")
    rows = [
        {"to": email, "subject": subject, "body": body, "created_at": act.now, "failure": ""}
        for application_id in sorted(people)
        for email in people[application_id]
    ]
    if rows:
        keys = act.session.execute(insert(Mail).returning(Mail.id), rows).scalars()
        act.enqueue_many("mail.send", [{"mail_id": key} for key in keys])


def tell_assessors(act: Act, call_id: int, people: Collection[int]) -> None:
    """Write to assessors who got files, once a day and call however often files are assigned."""
    title = act.session.execute(select(Call.title).where(Call.id == call_id)).scalar_one()
    subject, body = mail.filled("files_assigned", locale=i18n.DEFAULT, call=title, path="/assessor")
    told = select(Mail.to).where(
        Mail.subject == subject, Mail.body == body, Mail.created_at > act.now - timedelta(days=1)
    )
    emails = act.session.execute(
        select(User.email)
        .where(User.id.in_(sorted(people)), User.is_active, User.email.not_in(told))
        .order_by(User.email)
    ).scalars()
    for email in emails.all():
        mail.post(act, to=email, subject=subject, body=body)
