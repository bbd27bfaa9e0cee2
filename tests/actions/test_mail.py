"""Mail: written in the act, sent once by the job, as a file or by SMTP."""

import email
import socketserver
import threading
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.actions import mail
from app.models import Mail
from app.settings import settings
from tests.make.people import act_as


@pytest.fixture
def mail_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("ENVELOPE_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield tmp_path / "mail"
    settings.cache_clear()


def test_message_and_its_job_are_written_together(session) -> None:
    mail_id = mail.post(act_as(session), to="ana@grad.example", subject="A\nB", body="Good day")

    job = session.execute(
        text("SELECT task_name, args FROM procrastinate_jobs ORDER BY id DESC LIMIT 1")
    ).one()
    assert session.get(Mail, mail_id).subject == "A B"
    assert tuple(job) == ("mail.send", {"mail_id": mail_id})


def test_text_of_a_mail_is_filled_with_a_full_address(session) -> None:
    mail_id = mail.write(
        act_as(session), "reset", to="ana@grad.example", path="/account/password/x"
    )

    body = session.get(Mail, mail_id).body
    assert session.get(Mail, mail_id).subject == "Choose a new password"
    assert "\n\nhttp://127.0.0.1:8000/account/password/x\n\n" in body
    assert "\n\n\n" not in body


@pytest.mark.parametrize(
    "name", sorted(path.stem for path in Path("templates/emails").glob("*.txt"))
)
def test_every_text_begins_with_its_subject(name) -> None:
    first, _, body = Path(f"templates/emails/{name}.txt").read_text().partition("\n")

    assert (first.startswith("Subject: "), body.strip() != "") == (True, True)


def test_message_becomes_one_file_however_often_the_job_runs(session, mail_dir) -> None:
    act = act_as(session)
    mail_id = mail.post(act, to="ana@grad.example", subject="Позив", body="Šabac, Шабац\n")

    mail.send(act, mail_id)
    written = (mail_dir / f"{mail_id:08d}.eml").stat().st_mtime_ns
    mail.send(act, mail_id)

    found = email.message_from_bytes((mail_dir / f"{mail_id:08d}.eml").read_bytes(), policy=default)
    assert (found["Subject"], found["To"]) == ("Позив", "ana@grad.example")
    assert found.get_content() == "Šabac, Шабац\n"
    assert found["Message-ID"] == f"<mail-{mail_id}@localhost>"
    assert (mail_dir / f"{mail_id:08d}.eml").stat().st_mtime_ns == written
    assert [path.name for path in mail_dir.iterdir()] == [f"{mail_id:08d}.eml"]
    assert session.get(Mail, mail_id).sent_at == act.now


@pytest.mark.parametrize("method", ["PUBLISH", "CANCEL"])
def test_entry_for_the_calendar_goes_along_byte_by_byte(session, mail_dir, method) -> None:
    act = act_as(session)
    calendar = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nLOCATION:Šabac\r\nEND:VCALENDAR\r\n"
    one = mail.Letter("ana@grad.example", "Your interview", "At ten.\n", calendar)
    mail.post_letters(act, [one])
    mail_id = session.scalars(select(Mail.id).where(Mail.to == one.to)).one()

    mail.send(act, mail_id)

    found = email.message_from_bytes((mail_dir / f"{mail_id:08d}.eml").read_bytes(), policy=default)
    assert found.get_body().get_content() == "At ten.\n"
    (enclosed,) = found.iter_attachments()
    assert (enclosed.get_content_type(), enclosed.get_filename()) == (
        "text/calendar",
        "Interview.ics",
    )
    assert enclosed["content-type"].params["method"] == method
    assert enclosed.get_payload(decode=True) == calendar.encode()


def test_message_goes_by_smtp_where_a_server_is_named(session, mail_dir, monkeypatch) -> None:
    with _smtp_server() as (port, received):
        monkeypatch.setenv("ENVELOPE_SMTP_URL", f"smtp://127.0.0.1:{port}")
        settings.cache_clear()
        act = act_as(session)
        mail_id = mail.post(act, to="ana@grad.example", subject="A", body="Good day\n")

        mail.send(act, mail_id)

    found = email.message_from_bytes(b"".join(received), policy=default)
    assert (found["To"], found.get_content()) == ("ana@grad.example", "Good day\r\n")
    assert not mail_dir.exists()


def test_server_that_is_away_raises_for_another_try_and_the_last_keeps_why(
    session, mail_dir, monkeypatch
) -> None:
    with _smtp_server() as (port, _):
        pass
    monkeypatch.setenv("ENVELOPE_SMTP_URL", f"smtp://127.0.0.1:{port}")
    settings.cache_clear()
    act = act_as(session)
    mail_id = mail.post(act, to="ana@grad.example", subject="A", body="Good day\n")

    with pytest.raises(OSError, match="refused"):
        mail.send(act, mail_id)
    mail.give_up(act, mail_id, "the mail server refused the connection")

    row = session.get(Mail, mail_id)
    assert (row.sent_at, row.failure) == (None, "the mail server refused the connection")


class _Talk(socketserver.StreamRequestHandler):
    """As much SMTP as one message needs."""

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while (part := self.rfile.readline()) != b".\r\n":
                    self.server.received.append(part)
            if word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 ok\r\n")


class _smtp_server:  # noqa: N801 - used as a with-block
    def __enter__(self):
        self.server = socketserver.TCPServer(("127.0.0.1", 0), _Talk)
        self.server.received = []
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()
        return self.server.server_address[1], self.server.received

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
