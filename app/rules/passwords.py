"""What is refused as a password: short ones, one's own address, the commonest.

No rule asks for digits or signs: they make passwords that people write down. The
list holds the commonest of twelve characters and more; shorter ones fall by length.
Source: NIST SP 800-63B-4, 3.1.1.2 (length, blocklist, no composition rules).
"""

from app.rules.messages import Message

LEAST = 12
MOST = 256
_DISTINCT = 5

_COMMON = frozenset(
    """
    123456789012 1234567890123 1234567890987654321 098765432109 0987654321098 012345678901
    0123456789012 111122223333 112233445566 121212121212 123123123123 123123123123123 123321123321
    1234554321123 123456123456 123456654321 1234567891011 12345678910111 1q2w3e4r5t6y 1q2w3e4r5t6y7u
    1qaz2wsx3edc 1qaz2wsx3edc4rfv 1qazxsw23edc abcd12345678 abcdefghijkl abcdefghijklm abc123abc123
    adminadminadmin administrator administrator1 changemeplease changeme1234 dragondragon
    football1234 iloveyou1234 iloveyouforever iloveyouiloveyou letmeinletmein letmeinplease
    lozinka12345 lozinkalozinka mojalozinka1 opstinaopstina p@ssw0rd1234 passw0rd1234 password1234
    password12345 password123456 password123! passwordpassword qazwsxedcrfv qazwsxedcrfvtgb
    qwerty123456 qwerty1234567 qwertyqwerty qwertyuiop12 qwertyuiop123 qwertyuiop[] qwertyuiopas
    qwertyuiopasdfghjkl qwertz123456 qwertzuiop12 qwertzuiopas q1w2e3r4t5y6 srbija123456
    superman1234 trustno1trustno1 welcome12345 welcome123456 zaq12wsxcde3 sifra1234567 sifrasifra12
    """.split()  # noqa: SIM905 - a word list reads better as words
)


def password_fault(password: str, *, email: str, name: str = "") -> Message | None:
    """Return why the password is refused, None when it is good enough."""
    if len(password) < LEAST:
        return Message("password.too_short", {"least": LEAST})
    if len(password) > MOST:
        return Message("password.too_long", {"most": MOST})
    plain = password.casefold().strip()
    own = {email.casefold(), email.casefold().partition("@")[0], name.casefold()}
    if plain in own or plain.replace(" ", "") in own:
        return Message("password.own_address")
    if plain.replace(" ", "") in _COMMON or len(set(plain)) < _DISTINCT:
        return Message("password.common")
    return None
