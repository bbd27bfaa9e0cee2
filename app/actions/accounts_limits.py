"""How often somebody may try: counted in the database, so that all processes count together.

Failures count for an address *and* the network they come from, so nobody can lock
another person out from elsewhere. Inside one network (a town hall behind one
address) a browser that has signed in before is counted by itself, and a reset by
mail always works. Sprayed tries over many addresses make the limit of that network
stricter, they never close it.
"""

from datetime import timedelta

from sqlalchemy import delete, func, select

from app.actions.act import Act
from app.errors import TooMany
from app.i18n.marks import N_
from app.models import OneTimeLink, SignInFailure

WINDOW = timedelta(minutes=15)
FAILURES = 10
FAILURES_IN_A_BUSY_NETWORK = 3
BUSY_NETWORK = 100

HOUR = timedelta(hours=1)
MAILS_TO_AN_ADDRESS = 5
MAILS_FROM_A_NETWORK = 60
_ASKED_FOR_MAIL = "asked for mail"

WAIT = N_(
    "There were too many tries with a wrong password. Wait 15 minutes, "
    "or set a new password by mail: that always works."
)
WAIT_FOR_MAIL = N_("Too many messages were asked for from your network. Try again in an hour.")


def check_tries(act: Act, email: str, network: str) -> None:
    """Raise TooMany before the password is looked at; a refused try does not count again."""
    since = act.now - WINDOW
    of_address, of_network = act.session.execute(
        select(
            func.count().filter(SignInFailure.email == email),
            func.count().filter(SignInFailure.email != _ASKED_FOR_MAIL),
        ).where(SignInFailure.network == network, SignInFailure.failed_at > since)
    ).one()
    limit = FAILURES_IN_A_BUSY_NETWORK if of_network >= BUSY_NETWORK else FAILURES
    if of_address >= limit:
        raise TooMany(WAIT)


def count_failure(act: Act, email: str, network: str) -> None:
    act.session.add(SignInFailure(email=email, network=network, failed_at=act.now))
    act.keep()
    act.session.flush()


def forget_failures(act: Act, email: str, network: str | None = None) -> None:
    """Forget the failures of an address: in one network after signing in, in all after a reset."""
    where = [SignInFailure.email == email]
    if network is not None:
        where.append(SignInFailure.network == network)
    act.session.execute(delete(SignInFailure).where(*where))


def may_mail(act: Act, email: str, network: str) -> bool:
    """Count a wish for a mail; False when the address got enough of them (say nothing then).

    Raises TooMany for a network that asks for mails to many addresses.
    """
    since = act.now - HOUR
    asked = act.session.execute(
        select(func.count()).where(
            SignInFailure.email == _ASKED_FOR_MAIL,
            SignInFailure.network == network,
            SignInFailure.failed_at > since,
        )
    ).scalar_one()
    if asked >= MAILS_FROM_A_NETWORK:
        raise TooMany(WAIT_FOR_MAIL)
    count_failure(act, _ASKED_FOR_MAIL, network)
    sent = act.session.execute(
        select(func.count()).where(OneTimeLink.email == email, OneTimeLink.created_at > since)
    ).scalar_one()
    return bool(sent < MAILS_TO_AN_ADDRESS)


def forget_old(act: Act) -> None:
    """Remove counts that no limit asks for any more; a periodic job calls it."""
    act.session.execute(delete(SignInFailure).where(SignInFailure.failed_at < act.now - HOUR))
