"""Sentences of `app.rules.rounds`, and what the audit trail says of rounds."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "round_moves.more_than_free": N_(
        "Enter 0 or more, and at most {most}: no more of this lot is free."
    ),
    "round_moves.nothing_moves": N_("Enter how much moves, for one lot at least."),
    "round_moves.more_than_free_in_all": N_(
        "The lots share their money: at most {most} can move in all. Enter less for one of them."
    ),
    "audit.object.round_move": N_("Money between rounds"),
    "audit.event.begin_round": N_("Round begun after another one"),
    "audit.event.propose_move": N_("Move of money proposed"),
    "audit.event.give_to_round": N_("Money left for a later round"),
    "audit.event.receive_from_round": N_("Money received from an earlier round"),
    "audit.detail.round": N_("Number of the round"),
    "audit.detail.receiver": N_("Round that receives it"),
}
