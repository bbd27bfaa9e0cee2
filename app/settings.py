"""All settings of an installation: one frozen object, read once from ENVELOPE_* variables.

With no setting at all Envelope runs on its own PostgreSQL, keeps files in a folder
and puts mail into a folder that a development page shows. The table in the top
README names every setting and is compared with this class by a test.
"""

import difflib
import os
import re
import secrets
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "ENVELOPE_"
CHECKOUT = Path(__file__).resolve().parent.parent
MEBIBYTE = 1024 * 1024


class SettingsError(Exception):
    """A setting cannot be used; the message says which and what to write instead."""


class Settings(BaseSettings):
    """What an installation may choose. Values are checked when they are read, not when used."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    database_url: Annotated[
        str | None, Field(description="PostgreSQL 15 or newer; empty = a PostgreSQL of our own")
    ] = None
    database_pooler: Annotated[
        bool, Field(description="1 = a pooler such as PgBouncer hands out its connections")
    ] = False
    data_dir: Annotated[
        Path, Field(description="Folder for keys, files, mail and the database of our own")
    ] = CHECKOUT / "var"
    files_url: Annotated[
        str | None, Field(description="s3://bucket/prefix for files, keys in AWS_*; empty = files/")
    ] = None
    smtp_url: Annotated[
        SecretStr | None,
        Field(description="smtp://user:password@host:587 (smtps:// for TLS); empty = mail/"),
    ] = None
    mail_from: Annotated[str, Field(description="Sender of every message")] = "envelope@localhost"
    public_base_url: Annotated[
        str | None, Field(description="Address that people type; empty = http://host:port")
    ] = None
    host: Annotated[str, Field(description="Address to listen on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="Port to listen on")] = 8000
    trusted_proxies: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(description="Addresses of proxies whose X-Forwarded-* headers count, with commas"),
    ] = ()
    web_processes: Annotated[int, Field(ge=1, le=64, description="Processes that serve pages")] = 1
    worker_processes: Annotated[
        int, Field(ge=0, le=64, description="Processes that do background work, one job each")
    ] = 1
    thread_tokens: Annotated[
        int, Field(ge=1, le=64, description="Requests that one web process works on at once")
    ] = 4
    demo: Annotated[
        bool | None,
        Field(description="Build the demo world in an empty database; empty = only in our own"),
    ] = None
    development: Annotated[
        bool | None,
        Field(description="Pages for developers (mail, gallery); empty = only on a loopback host"),
    ] = None
    clock: Annotated[
        str | None, Field(description="Another time than the wall clock's, see app/clock.py")
    ] = None
    secret_key: Annotated[
        SecretStr | None,
        Field(description="Signs links and tokens; empty = made at the first start in secret.key"),
    ] = None
    session_hours: Annotated[
        int, Field(ge=1, le=720, description="Hours after which a person signs in again")
    ] = 12
    max_upload_bytes: Annotated[
        int, Field(ge=MEBIBYTE, description="Largest single file that is accepted")
    ] = 20 * MEBIBYTE
    max_request_bytes: Annotated[
        int, Field(ge=MEBIBYTE, description="Largest form with all of its files")
    ] = 60 * MEBIBYTE
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="Least level in the log")
    ] = "info"
    log_format: Annotated[
        Literal["text", "json"], Field(description="json = one object a line, for collectors")
    ] = "text"

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object, info: object) -> object:
        """Read `ENVELOPE_X=` in an environment file as if the line were not there."""
        name = getattr(info, "field_name", None)
        if value == "" and isinstance(name, str):
            return cls.model_fields[name].default
        return value

    @field_validator("database_url")
    @classmethod
    def _psycopg_url(cls, url: str | None) -> str | None:
        """Take the addresses that hosting companies hand out and name our driver in them."""
        if url is None:
            return None
        scheme, found, rest = url.partition("://")
        if not found or scheme not in {"postgres", "postgresql", "postgresql+psycopg"}:
            raise ValueError("write postgresql://user:password@host:5432/database")
        return f"postgresql+psycopg://{rest}"

    @field_validator("files_url")
    @classmethod
    def _bucket_url(cls, url: str | None) -> str | None:
        if url is not None and not re.fullmatch(r"s3://[a-z0-9.-]+(/\S*)?", url):
            raise ValueError("write s3://bucket or s3://bucket/prefix")
        return url.rstrip("/") if url else url

    @field_validator("smtp_url")
    @classmethod
    def _mail_url(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not url.get_secret_value().startswith(("smtp://", "smtps://")):
            raise ValueError("write smtp://user:password@host:587 or smtps://…")
        return url

    @field_validator("public_base_url")
    @classmethod
    def _no_slash_at_the_end(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("http://", "https://")):
            raise ValueError("write http:// or https:// before the name")
        return url.rstrip("/") if url else url

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _by_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - keeps symbolic links

    @model_validator(mode="after")
    def _a_request_holds_a_file(self) -> Self:
        if self.max_request_bytes < self.max_upload_bytes:
            raise ValueError("max_request_bytes must not be below max_upload_bytes")
        return self

    @property
    def base_url(self) -> str:
        """The address to put before a path in mails and letters, without a slash at the end."""
        return self.public_base_url or f"http://{_in_url(self.host)}:{self.port}"

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def is_development(self) -> bool:
        """True when pages for developers may be shown.

        The mail page shows reset links, so it must never appear by forgetfulness
        on a server: a public address, a proxy or a mail server switch it off.
        """
        if self.development is not None:
            return self.development
        served = self.public_base_url or self.trusted_proxies or self.smtp_url
        return not served and _is_loopback(self.host)

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"

    @property
    def files_place(self) -> Path | str:
        """Where files are kept: a folder, or the address of a bucket."""
        return self.files_url or self.files_dir

    @property
    def mail_dir(self) -> Path:
        return self.data_dir / "mail"

    def key(self) -> bytes:
        """Return the secret that signs links and tokens, made at the first call if need be."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        return _kept_secret(self.data_dir / "secret.key")


@cache
def settings() -> Settings:
    """Return the settings of this process, read once from its environment."""
    _refuse_unknown_names()
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_in_words(error))) from None


def _refuse_unknown_names() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(name for name in os.environ if name.upper().startswith(PREFIX)):
        if name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise SettingsError(f"There is no setting {name}.{hint} The README lists them all.")


def _in_words(error: ValidationError) -> list[str]:
    def sentence(place: tuple[int | str, ...], reason: str) -> str:
        name = PREFIX + str(place[0]).upper() if place else "The settings"
        return f"{name} cannot be used: {reason.removeprefix('Value error, ')}."

    return [sentence(item["loc"], item["msg"]) for item in error.errors(include_input=False)]


def _kept_secret(path: Path) -> bytes:
    """Return the secret in `path`; the first of several processes makes it, all read the same."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        try:
            # A link, not a rename: it fails when another process was first.
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
