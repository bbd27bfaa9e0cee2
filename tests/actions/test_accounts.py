"""Accounts: registering, signing in, resetting, and what nobody can learn or break."""

import re
from datetime import timedelta

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import func, select

from app.actions import accounts, accounts_sessions, passwords
from app.actions.accounts_limits import FAILURES, MAILS_FROM_A_NETWORK, MAILS_TO_AN_ADDRESS
from app.actions.accounts_links import token_sha256
from app.actions.act import Act
from app.errors import Gone, Invalid, NotFound, TooMany
from app.models import AuditEntry, Mail, OneTimeLink, SignIn, User
from app.queries.actors import signed_in
from app.rules.permissions import ANYBODY
from tests.make.people import NOW, PASSWORD, act_as, make_user

NEW = "a boat under the bridge"


def anybody(session, now=NOW) -> Act:
    return Act(session, ANYBODY, now)


def enter(session, email, password=PASSWORD, *, network="10.0.0.1", now=NOW):
    act = anybody(session, now)
    return accounts.sign_in(act, email=email, password=password, network=network)


def last_mail(session) -> Mail:
    return session.execute(select(Mail).order_by(Mail.id.desc()).limit(1)).scalar_one()


def last_token(session) -> str:
    return re.search(r"/account/\w+/(\S{43})\n", last_mail(session).body)[1]


def count(session, model) -> int:
    return session.execute(select(func.count()).select_from(model)).scalar_one()


# --- registering ---------------------------------------------------------------------


def test_account_begins_when_the_address_is_proven(session) -> None:
    accounts.register(
        anybody(session), email=" Ana@Grad.Example ", name="Ana Anić", network="n", next_path="/x"
    )
    before = count(session, User)

    entered = accounts.prove_email(anybody(session), last_token(session), password=NEW)

    user = session.get(User, entered.user_id)
    assert (before, user.email, user.name) == (0, "ana@grad.example", "Ana Anić")
    assert (user.email_proven_at, entered.next_path) == (NOW, "/x")
    assert signed_in(session, token_sha256(entered.token), NOW).actor.user_id == user.id


def test_known_address_gets_a_mail_of_its_own_and_as_many_rows(session) -> None:
    make_user(session, email="ana@grad.example")
    counts = []
    for email in ("ana@grad.example", "new@grad.example"):
        before = [count(session, model) for model in (Mail, OneTimeLink, User)]
        accounts.register(anybody(session), email=email, name="Eve", network="n")
        after = [count(session, model) for model in (Mail, OneTimeLink, User)]
        counts.append([late - early for early, late in zip(before, after, strict=True)])

    first, second = session.execute(select(Mail.subject).order_by(Mail.id)).scalars()
    assert counts == [[1, 1, 0], [1, 1, 0]]
    assert first == "You have an account in Envelope already"
    assert second == "Confirm your e-mail address"


def test_refused_password_does_not_cost_the_link(session) -> None:
    accounts.register(anybody(session), email="ana@grad.example", name="Ana", network="n")
    token = last_token(session)

    with pytest.raises(Invalid):
        accounts.prove_email(anybody(session), token, password="ana@grad.example")
    entered = accounts.prove_email(anybody(session), token, password=NEW)

    assert entered is not None


@pytest.mark.parametrize("later", [timedelta(hours=24), timedelta(days=300)])
def test_link_runs_out(session, later) -> None:
    accounts.register(anybody(session), email="ana@grad.example", name="Ana", network="n")

    with pytest.raises(Gone):
        accounts.prove_email(anybody(session, NOW + later), last_token(session), password=NEW)


def test_link_works_once_and_uses_up_the_others_of_the_address(session) -> None:
    tokens = []
    for _ in range(2):
        accounts.register(anybody(session), email="ana@grad.example", name="Ana", network="n")
        tokens.append(last_token(session))
    accounts.prove_email(anybody(session), tokens[0], password=NEW)

    for token in [*tokens, "invented"]:
        with pytest.raises(Gone):
            accounts.prove_email(anybody(session), token, password=NEW)


def test_link_of_one_purpose_is_not_good_for_another(session) -> None:
    accounts.register(anybody(session), email="ana@grad.example", name="Ana", network="n")

    with pytest.raises(Gone):
        accounts.reset_password(anybody(session), last_token(session), password=NEW)


# --- signing in ----------------------------------------------------------------------


def test_only_the_hash_of_a_session_is_stored(session) -> None:
    make_user(session, email="ana@grad.example")

    entered = enter(session, "ANA@grad.example")

    stored = session.execute(select(SignIn.token_sha256)).scalar_one()
    assert (stored, len(entered.token)) == (token_sha256(entered.token), 43)


def test_session_of_the_browser_is_replaced_and_ended(session) -> None:
    make_user(session, email="ana@grad.example")
    old = enter(session, "ana@grad.example").token

    new = accounts.sign_in(
        anybody(session),
        email="ana@grad.example",
        password=PASSWORD,
        network="n",
        replaced_token=old,
    ).token

    alive = [signed_in(session, token_sha256(token), NOW) is not None for token in (old, new)]
    assert (alive, old != new) == ([False, True], True)


@pytest.mark.parametrize("more", [{"is_active": False}, {"email_proven_at": None}])
def test_closed_and_unproven_accounts_cannot_enter(session, more) -> None:
    make_user(session, email="ana@grad.example", **more)

    assert enter(session, "ana@grad.example") is None


def test_person_without_a_password_cannot_enter_with_any(session) -> None:
    make_user(session, email="ana@grad.example", password=None)

    assert [enter(session, "ana@grad.example", each) for each in ("", "None", PASSWORD)] == [
        None
    ] * 3


def test_hash_of_older_parameters_is_renewed_at_sign_in(session) -> None:
    user = make_user(session, email="ana@grad.example")
    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8192, parallelism=1),))
    user.password_hash = weak.hash(PASSWORD)
    session.flush()

    enter(session, "ana@grad.example")

    assert user.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(PASSWORD, user.password_hash) == (True, None)


def test_composed_and_decomposed_letters_are_one_password() -> None:
    assert passwords.matches("c\u030ci\u0301ca na reci", passwords.hashed("číca na reci"))[0]


def test_unknown_address_costs_the_same_work_as_a_wrong_password(session, monkeypatch) -> None:
    make_user(session, email="ana@grad.example")
    compared: list[str] = []
    real = PasswordHash.verify_and_update

    def watched(self, password, stored):
        compared.append(stored.rpartition("$")[0].rpartition("$")[0])
        return real(self, password, stored)

    monkeypatch.setattr(PasswordHash, "verify_and_update", watched)

    enter(session, "ana@grad.example", "wrong")
    enter(session, "eva@grad.example", "wrong")

    assert compared == ["$argon2id$v=19$m=19456,t=2,p=1"] * 2


# --- limits --------------------------------------------------------------------------


def test_too_many_failures_stop_one_address_in_one_network_for_a_while(session) -> None:
    make_user(session, email="ana@grad.example")
    failed = [enter(session, "ana@grad.example", "wrong") for _ in range(FAILURES)]

    with pytest.raises(TooMany):
        enter(session, "ana@grad.example")
    elsewhere = enter(session, "ana@grad.example", network="10.0.0.2")
    later = enter(session, "ana@grad.example", now=NOW + timedelta(minutes=15, seconds=1))

    assert failed == [None] * FAILURES
    assert (elsewhere is not None, later is not None) == (True, True)


def test_limit_says_nothing_of_whether_the_address_is_known(session) -> None:
    for _ in range(FAILURES):
        enter(session, "nobody@grad.example", "wrong")

    with pytest.raises(TooMany):
        enter(session, "nobody@grad.example", "wrong")


def test_success_forgets_the_failures_before_it(session) -> None:
    make_user(session, email="ana@grad.example")
    for _ in range(FAILURES - 1):
        enter(session, "ana@grad.example", "wrong")
    enter(session, "ana@grad.example")

    assert enter(session, "ana@grad.example", "wrong") is None
    assert enter(session, "ana@grad.example") is not None


def test_spraying_network_stays_open_for_others_but_is_stricter(session) -> None:
    make_user(session, email="ana@grad.example")
    from app.actions.accounts_limits import BUSY_NETWORK, count_failure

    for number in range(BUSY_NETWORK):
        count_failure(anybody(session), f"person{number}@grad.example", "10.0.0.1")

    first_tries = [enter(session, "eva@grad.example", "wrong") for _ in range(3)]
    with pytest.raises(TooMany):
        enter(session, "eva@grad.example", "wrong")

    assert first_tries == [None] * 3
    assert enter(session, "ana@grad.example") is not None


def test_reset_opens_the_account_that_others_failed_on(session) -> None:
    make_user(session, email="ana@grad.example")
    for _ in range(FAILURES):
        enter(session, "ana@grad.example", "wrong")
    accounts.ask_reset(anybody(session), email="ana@grad.example", network="n")

    accounts.reset_password(anybody(session), last_token(session), password=NEW)

    assert enter(session, "ana@grad.example", NEW) is not None


def test_address_gets_few_mails_an_hour_and_nothing_is_said(session) -> None:
    for _ in range(MAILS_TO_AN_ADDRESS + 3):
        accounts.ask_reset(anybody(session), email="ana@grad.example", network="n")

    assert count(session, Mail) == MAILS_TO_AN_ADDRESS


def test_network_cannot_ask_for_mails_to_the_whole_world(session) -> None:
    for number in range(MAILS_FROM_A_NETWORK):
        accounts.register(anybody(session), email=f"p{number}@grad.example", name="P", network="n")

    with pytest.raises(TooMany):
        accounts.register(anybody(session), email="one@grad.example", name="P", network="n")


# --- passwords and sessions ----------------------------------------------------------


def test_reset_ends_every_session_and_the_old_password(session) -> None:
    make_user(session, email="ana@grad.example")
    old = enter(session, "ana@grad.example").token
    accounts.ask_reset(anybody(session), email="ana@grad.example", network="n")

    entered = accounts.reset_password(anybody(session), last_token(session), password=NEW)

    alive = [
        signed_in(session, token_sha256(token), NOW) is not None for token in (old, entered.token)
    ]
    assert (alive, enter(session, "ana@grad.example")) == ([False, True], None)
    assert last_mail(session).subject == "Your password was changed"


def test_reset_for_an_unknown_address_mails_no_usable_link(session) -> None:
    accounts.ask_reset(anybody(session), email="eva@grad.example", network="n")

    found = last_mail(session)
    assert (found.to, found.subject) == (
        "eva@grad.example",
        "There is no account with this address",
    )
    assert re.findall(r"http\S+", found.body) == ["http://127.0.0.1:8000/account/register"]


def test_changed_password_ends_the_other_sessions(session) -> None:
    user = make_user(session, email="ana@grad.example")
    here, there = enter(session, user.email).token, enter(session, user.email).token
    this = signed_in(session, token_sha256(here), NOW).sign_in_id

    changed = accounts.change_password(
        act_as(session, user), current=PASSWORD, new=NEW, network="n", sign_in_id=this
    )

    alive = [signed_in(session, token_sha256(token), NOW) is not None for token in (here, there)]
    assert (changed, alive) == (True, [True, False])


def test_wrong_present_passwords_are_counted(session) -> None:
    user = make_user(session)
    act = act_as(session, user)

    def change(current: str) -> bool:
        return accounts.change_password(act, current=current, new=NEW, network="n", sign_in_id=None)

    assert [change("wrong") for _ in range(FAILURES)] == [False] * FAILURES
    with pytest.raises(TooMany):
        change(PASSWORD)


def test_sign_out_everywhere_ends_all_and_is_written_down(session) -> None:
    user = make_user(session, email="ana@grad.example")
    tokens = [enter(session, user.email).token for _ in range(3)]

    ended = accounts.sign_out_everywhere(act_as(session, user))

    alive = [signed_in(session, token_sha256(token), NOW) for token in tokens]
    event = session.execute(
        select(AuditEntry.event, AuditEntry.actor_id).order_by(AuditEntry.id.desc()).limit(1)
    ).one()
    assert (ended, alive, tuple(event)) == (3, [None] * 3, ("sign_out_everywhere", user.id))


def test_nobody_can_end_the_session_of_another(session) -> None:
    ana, eva = make_user(session, email="ana@grad.example"), make_user(session)
    token = enter(session, ana.email).token
    theirs = signed_in(session, token_sha256(token), NOW).sign_in_id

    with pytest.raises(NotFound):
        accounts.sign_out(act_as(session, eva), theirs)


def test_used_session_lasts_but_not_longer_than_a_week(session) -> None:
    user = make_user(session, email="ana@grad.example")
    token = enter(session, user.email).token
    row = session.execute(select(SignIn)).scalar_one()
    for hours in range(0, 7 * 24, 6):
        accounts_sessions.stay(act_as(session, user, now=NOW + timedelta(hours=hours)), row.id)

    last = NOW + timedelta(days=7)
    assert signed_in(session, token_sha256(token), last - timedelta(seconds=1)) is not None
    assert signed_in(session, token_sha256(token), last) is None


def test_unused_session_ends_after_the_hours_of_the_settings(session) -> None:
    make_user(session, email="ana@grad.example")
    token = enter(session, "ana@grad.example").token

    assert signed_in(session, token_sha256(token), NOW + timedelta(hours=12)) is None
