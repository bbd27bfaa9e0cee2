"""Entries that the authority opens: an application goes on into another stage."""


def opened(application_id: int, stage_id: int, state: str, **more: object) -> dict[str, object]:
    """Return a new entry for `Act.create_many`, with nothing answered yet."""
    return {
        "application_id": application_id,
        "stage_id": stage_id,
        "state": state,
        "answers": {},
        "sections": {},
        "outcome": "",
        "outcome_detail": {},
        "version": 1,
        **more,
    }
