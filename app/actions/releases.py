"""Money of an award that is free for others again: the database frees it, this says so.

What was never paid is free once the agreement has ended or is closed, what came back as soon
as it is confirmed. A trigger keeps the sum of award, lot and call in the same transaction.
"""

from app.actions.act import Act
from app.models import Award, Call
from app.queries import agreement_facts as known
from app.rules.permissions import Permission


def locked(act: Act, agreement_id: int, to: Permission) -> Award:
    """Lock call and award, before the agreement: what is freed changes the call's sums.

    Of two people, one ends an agreement while the other proposes who gets the free money:
    the second sees what the first has done.
    """
    award_id = known.award_of_agreement(act.session, agreement_id)
    act.wait_for(Call, known.call_of_agreement(act.session, agreement_id))
    return act.load(Award, award_id, to=to)


def tell(act: Act, award: Award, *, to: Permission, reason: str) -> None:
    """Write down what a deed has freed; nothing where it freed nothing. A part."""
    was_cents = award.released_cents
    award = act.load(Award, award.id, to=to)
    if award.released_cents != was_cents:
        act.record(
            award,
            "release",
            reason=reason,
            was_cents=was_cents,
            now_cents=award.released_cents,
        )
