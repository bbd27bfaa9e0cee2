"""What must always hold (spec/allocation.md) on a hundred cases; thousands are in tests/proofs/."""

from tests.proofs.allocation_random import answer, judge, random_case


def test_two_readings_of_the_rule_agree() -> None:
    assert judge(range(100)) > 40


def test_order_of_the_input_changes_nothing_but_the_order_of_the_lines() -> None:
    for seed in range(100):
        case = random_case(seed)
        shuffled = case | {"applications": case["applications"][::-1]}
        first, second = answer(case), answer(shuffled)
        if isinstance(first, dict) and isinstance(second, dict):
            second = second | {"lines": second["lines"][::-1]}
        assert first == second


def test_other_ids_change_no_award_no_reason_and_no_rank() -> None:
    for seed in range(100):
        case = random_case(seed)
        renamed = case | {
            "applications": [
                one | {"id": f"{(number * 7) % 10}-{number}"}
                for number, one in enumerate(case["applications"])
            ]
        }
        first, second = answer(case), answer(renamed)
        if isinstance(first, dict) and not case["policy"]["pro_rata"]:
            assert isinstance(second, dict)
            names = {
                new["id"]: old["id"]
                for old, new in zip(case["applications"], renamed["applications"], strict=True)
            }
            lines = [one | {"id": names[one["id"]]} for one in second["lines"]]
            assert second | {"lines": lines} == first
        elif not case["policy"]["pro_rata"]:
            assert isinstance(second, list)
