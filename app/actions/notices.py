"""Tell every applicant of a decision that a letter waits: many mails, three statements."""

from collections.abc import Sequence

from sqlalchemy import insert

from app import i18n
from app.actions import mail
from app.actions.act import Act
from app.models import Call, Mail
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
