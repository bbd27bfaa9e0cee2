"""Parts that every letter and receipt shares: who writes, to whom, who funds it."""

from app.documents import contexts as c
from app.queries.letterhead import Sender
from app.rules.scheme import Scheme
from app.rules.scheme_text import said


def authority(sender: Sender) -> c.Authority:
    return c.Authority(
        name=sender.name,
        address=lines(sender.address, f"{sender.postcode} {sender.city}"),
        email=sender.email,
        phone=sender.phone,
        signatory_name=sender.signatory_name,
        signatory_function=sender.signatory_title,
        place=sender.city,
        web=sender.website,
    )


def visibility(scheme: Scheme) -> c.Visibility:
    profile, language = scheme.visibility, scheme.languages[0]
    return c.Visibility(
        profile=profile.key,
        statement=said(profile.statement, language),
        emblem=c.Emblem.EU if profile.emblem == "eu" else c.Emblem.NONE,
        note=said(profile.disclaimer, language),
    )


def lot_title(scheme: Scheme, code: str) -> str:
    """Return the lot as letters name it; nothing where a call has only one."""
    if len(scheme.lots) == 1:
        return ""
    return f"{code}: {said(scheme.lot(code).title, scheme.languages[0])}"


def lines(*typed: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in typed if line.strip())
