from sqlalchemy import select

from app.actions import applications_submit, receipts
from app.documents.child import Renderer
from app.documents.store import Store
from app.models import StoredFile, Submission
from tests.actions.test_applications import IN_TIME, _ready
from tests.make.people import act_as


def test_a_receipt_is_printed_once_and_kept_by_its_hash(session, tmp_path):
    act, entry_id, _ = _ready(session)
    submission_id = applications_submit.submit(act, entry_id, received_at=IN_TIME)
    store = Store(tmp_path)

    with Renderer() as renderer:
        receipts.render(act_as(session), submission_id, renderer=renderer, store=store)
        first = session.get_one(Submission, submission_id).receipt_file_id
        receipts.render(act_as(session), submission_id, renderer=renderer, store=store)

    file = session.scalars(select(StoredFile).where(StoredFile.id == first)).one()
    assert session.get_one(Submission, submission_id).receipt_file_id == first
    assert file.filename == "receipt-GARDENS-A-001.pdf"
    assert store.read(file.sha256, verify=True)[:5] == b"%PDF-"
    assert store.size_bytes(file.sha256) == file.size_bytes


def test_an_unknown_submission_is_no_work(session, tmp_path):
    with Renderer() as renderer:
        receipts.render(act_as(session), 4711, renderer=renderer, store=Store(tmp_path))

    assert session.scalars(select(StoredFile)).all() == []
