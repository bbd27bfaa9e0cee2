"""Settings: none is needed, a wrong one is told by name, keys are made once."""

import stat
import threading
from pathlib import Path

import pytest

from app.settings import CHECKOUT, Settings, SettingsError, settings


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ENVELOPE_DATA_DIR", raising=False)
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def refusal() -> str:
    with pytest.raises(SettingsError) as refused:
        settings()
    return str(refused.value)


def test_no_setting_at_all_means_own_database_local_files_and_mail_in_a_folder() -> None:
    chosen = settings()

    assert (chosen.database_url, chosen.smtp_url, chosen.data_dir) == (None, None, CHECKOUT / "var")
    assert (chosen.base_url, chosen.is_development) == ("http://127.0.0.1:8000", True)


def test_empty_variable_is_the_same_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVELOPE_PORT", "")
    monkeypatch.setenv("ENVELOPE_DATABASE_URL", "")

    assert (settings().port, settings().database_url) == (8000, None)


def test_address_of_a_hosting_company_gets_our_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVELOPE_DATABASE_URL", "postgres://u:p@db.example/envelope")

    assert settings().database_url == "postgresql+psycopg://u:p@db.example/envelope"


def test_other_databases_are_refused_with_what_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVELOPE_DATABASE_URL", "sqlite:///x.db")

    assert refusal() == (
        "ENVELOPE_DATABASE_URL cannot be used: write postgresql://user:password@host:5432/database."
    )


def test_mistyped_name_is_refused_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVELOPE_TRUSTED_PROXY", "10.0.0.1")

    assert refusal() == (
        "There is no setting ENVELOPE_TRUSTED_PROXY. Did you mean ENVELOPE_TRUSTED_PROXIES? "
        "The README lists them all."
    )


def test_proxies_are_read_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVELOPE_TRUSTED_PROXIES", "10.0.0.1, 10.0.0.2,")

    assert settings().trusted_proxies == ("10.0.0.1", "10.0.0.2")


@pytest.mark.parametrize(
    "served",
    [
        {"public_base_url": "https://grants.example"},
        {"trusted_proxies": ("10.0.0.1",)},
        {"smtp_url": "smtp://mail.example"},
        {"host": "0.0.0.0"},
    ],
)
def test_pages_for_developers_end_as_soon_as_others_can_come(served: dict) -> None:
    assert not Settings(**served).is_development


def test_cookies_are_secure_behind_https() -> None:
    assert Settings(public_base_url="https://grants.example/").secure_cookies
    assert not Settings().secure_cookies


def test_request_must_hold_a_whole_file() -> None:
    with pytest.raises(ValueError, match="must not be below max_upload_bytes"):
        Settings(max_upload_bytes=50 * 1024**2, max_request_bytes=10 * 1024**2)


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1


def test_key_is_made_once_by_many_at_the_same_time_and_read_by_its_owner_only(
    tmp_path: Path,
) -> None:
    keys: list[bytes] = []
    starters = [
        threading.Thread(target=lambda: keys.append(Settings(data_dir=tmp_path / "v").key()))
        for _ in range(8)
    ]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()

    files = list((tmp_path / "v").iterdir())
    assert (len(set(keys)), len(keys[0]), [file.name for file in files]) == (1, 64, ["secret.key"])
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


def test_key_of_the_settings_needs_no_file(tmp_path: Path) -> None:
    chosen = Settings(data_dir=tmp_path / "v", secret_key="of several machines")

    assert (chosen.key(), (tmp_path / "v").exists()) == (b"of several machines", False)
