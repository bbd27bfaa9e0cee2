"""Chromium in front of a running server, as people use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from app.settings import CHECKOUT

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"]
AXE = CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def axe_source() -> str:
    return AXE.read_text("utf-8")


def faults(page: Page) -> list[tuple[str, str]]:
    """Return what axe finds on the page: the rule, and the first place that breaks it."""
    found = page.evaluate(f"axe.run(document, {{runOnly: {TAGS}}})")
    return [(each["id"], each["nodes"][0]["html"][:200]) for each in found["violations"]]


def snapshot(page: Page, folder: Path, name: str) -> None:
    """Keep a picture for whoever reads a failure."""
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(folder / f"{name}.png"), full_page=True)
