"""Style and fonts of the packages: ours alone, hashed, and whole."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from app.commands import assets


@pytest.fixture
def placed(tmp_path: Path) -> tuple[Path, Path]:
    pages, letters = tmp_path / "vendor", tmp_path / "fonts"
    assets.place(assets.PACKAGES, pages=pages, letters=letters)
    return pages, letters


def test_names_carry_the_hash_of_their_content(placed: tuple[Path, Path]) -> None:
    manifest = json.loads((placed[0] / "manifest.json").read_text())

    hashes = {
        name: sha256((placed[0] / name).read_bytes()).hexdigest() for name in manifest.values()
    }

    assert sorted(manifest) == sorted(assets.FOR_PAGES)
    assert all(hashes[name][:10] == name.split(".")[-2] for name in manifest.values())


def test_style_has_no_font_and_no_crest_of_the_british_government(
    placed: tuple[Path, Path],
) -> None:
    style = next(placed[0].glob("govuk-frontend.min.*.css")).read_text()

    foreign = [word for word in ("GDS", "@font-face", "crest", "sourceMap") if word in style]

    assert (foreign, style.count(assets.FONT_STACK) > 50) == ([], True)


def test_letters_get_whole_fonts(placed: tuple[Path, Path]) -> None:
    heads = {path.name: path.read_bytes()[:4] for path in placed[1].iterdir()}

    assert heads == dict.fromkeys(assets.FOR_LETTERS, b"\0\1\0\0")


def test_second_run_changes_nothing_and_removes_what_was_left(placed: tuple[Path, Path]) -> None:
    pages, letters = placed
    before = {path.name: path.read_bytes() for path in pages.iterdir()}
    (pages / "old.0123456789.css").write_text("of an older version")

    assets.place(assets.PACKAGES, pages=pages, letters=letters)

    assert {path.name: path.read_bytes() for path in pages.iterdir()} == before


def test_missing_package_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(assets.AssetError, match="is missing: run make setup"):
        assets.place(tmp_path, pages=tmp_path / "p", letters=tmp_path / "l")


def test_style_that_brings_the_font_in_a_new_way_is_refused() -> None:
    with pytest.raises(assets.AssetError, match="still has 'GDS'"):
        assets._cleaned("new.css", b"body{font-family:GDS Transport Website}")
