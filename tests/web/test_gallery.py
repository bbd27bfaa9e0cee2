"""The gallery: its HTML as agreed, valid, accessible, usable at 320 px, and all through gettext."""

import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Page, sync_playwright
from sqlalchemy.orm import sessionmaker

from app.settings import CHECKOUT, Settings
from app.web import app as web_app

SNAPSHOT = Path(__file__).parent / "snapshots" / "gallery.html"
ACCEPT = bool(os.environ.get("ACCEPT"))
NODE = CHECKOUT / "node_modules"
CHROMIUM = "/usr/bin/chromium"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web_app, "AUDIENCES", ())
        folder = tmp_path_factory.mktemp("gallery")
        chosen = Settings(data_dir=folder, secret_key="k" * 32, development=True)
        return web_app.create_app(chosen, sessions=sessionmaker())


@pytest.fixture(scope="module")
def html(site: FastAPI) -> str:
    return TestClient(site).get("/dev/gallery").text


def _steady(html: str) -> str:
    """Leave out what changes by itself: tokens and the hashes of file names."""
    html = re.sub(r"[0-9a-f]{16}\.[0-9a-f]{64}", "TOKEN", html)
    html = re.sub(r"(/static/[\w./-]*?)\.[0-9a-f]{10}\.", r"\1.", html)
    return "\n".join(line.rstrip() for line in html.splitlines() if line.strip()) + "\n"


def test_components_look_as_agreed(html: str) -> None:
    """A wanted change is accepted by ACCEPT=1 and reviewed as a diff."""
    if ACCEPT:
        SNAPSHOT.write_text(_steady(html), "utf-8")
    assert _steady(html) == SNAPSHOT.read_text("utf-8")


def test_html_is_valid(html: str, tmp_path: Path) -> None:
    page = tmp_path / "gallery.html"
    page.write_text(html, "utf-8")
    jar = NODE / "vnu-jar" / "build" / "dist" / "vnu.jar"
    found = subprocess.run(
        ["java", "-jar", str(jar), "--errors-only", str(page)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.stderr == ""


class _VisibleText(HTMLParser):
    """Collects text that a person reads or hears, apart from code and data marked as such."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.hidden += tag in {"script", "style", "code", "textarea", "option"}
        for name in ("aria-label", "title", "alt", "placeholder"):
            if given.get(name):
                self.found.append(given[name] or "")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style", "code", "textarea", "option"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.found.append(data)


# Names and references of the samples, currencies, units, months: data, not our words.
DATA = re.compile(
    r"Grad|Šabac|Општина|Књажевац|Gemeinde|mit|einem|ungewöhnlich|langen|Namen|an|der|Grenze"
    r"|Bashkia|Shkodër|Općina|Čapljina|L2(-\d+)?|GT-2027-0042|Green|towns"
    r"|Statut|grada|Šapca\.pdf|budget\.xlsx|Војводина|Šumadija|i|Zapadna|Srbija|Južna|Istočna"
    r"|Leskovac|Niš|Vranje|Zaječar|EUR|RSD|CET|B|kB|MB|March|February"
)


def test_every_visible_text_passes_through_gettext(site: FastAPI) -> None:
    reader = _VisibleText()
    answer = TestClient(site).get("/dev/gallery?language=en_XA").text
    about = re.compile(r'<p class="govuk-hint" lang="en">.*?</p>', re.DOTALL)
    reader.feed(about.sub("", answer))

    left = [word for text in reader.found for word in _untranslated(text)]
    assert [word for word in left if not DATA.fullmatch(word)] == []


def _untranslated(text: str) -> list[str]:
    """Strip what was translated, innermost first; what is left with letters was not."""
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = shorter
    words = re.split(r"[\s\u00a0·,:()–]+", text)
    return [word for word in words if re.search(r"[^\W\d_]", word)]


@pytest.fixture(scope="module")
def address(site: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(site, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    arguments = ["--no-sandbox", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser.new_page()
        browser.close()


@pytest.mark.parametrize("width", [1280, 320])
def test_gallery_has_no_accessibility_fault_and_fits(
    browser_page: Page, address: str, width: int
) -> None:
    errors: list[str] = []
    browser_page.on("pageerror", lambda error: errors.append(str(error)))
    browser_page.set_viewport_size({"width": width, "height": 900})
    browser_page.goto(f"{address}/dev/gallery")
    browser_page.wait_for_selector("body.govuk-frontend-supported")
    browser_page.evaluate((NODE / "axe-core" / "axe.min.js").read_text("utf-8"))

    found = browser_page.evaluate(f"axe.run(document, {{runOnly: {TAGS}}})")

    faults = [
        (fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]
    ]
    assert faults == []
    assert browser_page.evaluate("document.documentElement.scrollWidth") == width
    assert errors == []
