import json
from dataclasses import replace

import pytest

from app.documents import Sample, gallery
from app.documents import contexts as c
from app.documents.contexts import AwardLetter, ContextError, LateReceipt, RejectionLetter


def sample(document: str, name: str = "sample") -> Sample:
    return next(each for each in gallery() if (each.document, each.name) == (document, name))


@pytest.mark.parametrize("each", gallery(), ids=lambda each: f"{each.document}-{each.name}")
def test_snapshot_gives_the_same_context_back(each: Sample) -> None:
    context = each.context()

    again = c.from_json(each.document, json.loads(c.snapshot(context)))

    assert again == context
    assert c.snapshot(again) == c.snapshot(context)


def test_reason_keeps_its_kind_and_its_instants() -> None:
    context = sample("rejection_letter", "sample-late").context()

    assert isinstance(context, RejectionLetter)
    assert isinstance(context.reasons[0], LateReceipt)
    assert c.to_json(context)["reasons"] == [
        {
            "kind": "late_receipt",
            "received_at": "2026-03-31T14:00:00.412000+00:00",
            "closes_at": "2026-03-31T14:00:00+00:00",
        }
    ]


def without(values: dict[str, object], key: str) -> dict[str, object]:
    return {name: value for name, value in values.items() if name != key}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"surprise": 1}, "The document has an unknown key: surprise."),
        ({"rank": 5}, "rank must be str, not 5."),
        ({"conditions": "none"}, "conditions must be a list."),
        ({"letter": "none"}, "letter must be an object."),
        ({"documents": [{"name": "x"}]}, "documents[0] has an unknown key: name."),
    ],
)
def test_wrong_snapshot_is_refused_with_its_place(change: dict[str, object], said: str) -> None:
    values = c.to_json(sample("award_letter").context()) | change

    with pytest.raises(ContextError) as refused:
        c.from_json("award_letter", values)

    assert str(refused.value) == said


def test_missing_key_and_unknown_kind_are_refused() -> None:
    award = c.to_json(sample("award_letter").context())
    refusal = c.to_json(sample("rejection_letter").context()) | {"reasons": [{"kind": "whim"}]}

    with pytest.raises(ContextError, match=r"^The document lacks a key: accept_by\.$"):
        c.from_json("award_letter", without(award, "accept_by"))
    with pytest.raises(ContextError, match=r"^reasons\[0\] has an unknown kind: whim\.$"):
        c.from_json("rejection_letter", refusal)


def test_true_is_no_amount_of_cents() -> None:
    context = sample("award_letter").context()
    assert isinstance(context, AwardLetter)
    values = c.to_json(replace(context, amounts=replace(context.amounts, requested_cents=True)))

    with pytest.raises(ContextError, match=r"amounts\.requested_cents must be int, not True"):
        c.from_json("award_letter", values)
