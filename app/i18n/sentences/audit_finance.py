"""What the trail calls deeds after the decision: free money, recovery, stand-ins, endings."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "audit.object.recovery_order": N_("Recovery order"),
    "audit.object.recovery_receipt": N_("Money that came back"),
    "audit.object.reserve_activation": N_("Free money given out again"),
    "audit.object.stand_in": N_("Stand-in"),
    "audit.event.propose_release": N_("Free money proposed for the next in order"),
    "audit.event.raise": N_("Partial offer raised"),
    "audit.event.prepare_recovery": N_("Recovery order prepared"),
    "audit.event.record_receipt": N_("Money that came back recorded"),
    "audit.event.record_set_off": N_("Set off against a payment"),
    "audit.event.payment_fail": N_("Refused by the bank"),
    "audit.event.propose_end": N_("End before its time proposed"),
    "audit.event.drop_end": N_("Proposal to end it taken back"),
    "audit.event.give_stand_in": N_("Stand-in named"),
    "audit.event.end_stand_in": N_("Stand-in ended"),
    "audit.detail.added_cents": N_("Added"),
    "audit.detail.references": N_("Applications"),
    "audit.detail.was_cents": N_("Was"),
    "audit.detail.now_cents": N_("Is now"),
    "audit.detail.amount_cents": N_("Amount"),
    "audit.detail.interest_cents": N_("Interest"),
    "audit.detail.interest_percent": N_("Interest, % a year"),
    "audit.detail.received_on": N_("Received on"),
    "audit.detail.due_on": N_("Due on"),
    "audit.detail.reference": N_("Reference"),
    "audit.detail.absent": N_("Stands in for"),
    "audit.detail.record_until": N_("Records to be kept until"),
    "audit.value.written_again": N_("Written again with another date."),
    "audit.value.taken_back": N_("The proposal was taken back."),
}
