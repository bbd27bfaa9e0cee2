"""What a person does in front of a browser: read, fill in, press."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.make.people import PASSWORD

PATIENCE_MS = 20_000


class Desk:
    """One person with a browser of their own; `scripts=False` is a browser without JavaScript."""

    def __init__(self, browser: Browser, address: str, *, scripts: bool = True) -> None:
        self.address = address
        self.context = browser.new_context(java_script_enabled=scripts)
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()

    def sign_in(self, email: str, password: str = PASSWORD) -> "Desk":
        self.go("/account/sign-in")
        self.fill("E-mail", email)
        self.fill("Password", password)
        self.press("Sign in")
        return self

    def go(self, path: str) -> None:
        answer = self.page.goto(f"{self.address}{path}")
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status} {self.text()[:300]}"

    def fill(self, label: str, value: str, place: int = 0) -> None:
        self.page.get_by_label(_starting(label)).nth(place).fill(value)

    def choose(self, label: str, place: int = 0) -> None:
        """Tick a box or take one of the choices."""
        self.page.get_by_label(_starting(label)).nth(place).check()

    def select(self, label: str, option: str) -> None:
        self.page.get_by_label(_starting(label)).select_option(label=option)

    def moment(self, legend: str, day: int, month: int, year: int, time: str = "") -> None:
        """Enter a day and, where it is asked for, the time."""
        group = self.page.get_by_role("group", name=legend)
        parts = {"Day": str(day), "Month": str(month), "Year": str(year)}
        parts |= {"Time": time} if time else {}
        for name, value in parts.items():
            group.get_by_label(_starting(name)).fill(value)

    def press(self, name: str, place: int = 0) -> None:
        self.page.get_by_role("button", name=_starting(name)).nth(place).click()

    def follow(self, name: str, place: int = 0) -> None:
        self.page.get_by_role("link", name=_starting(name)).nth(place).click()

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text, timeout=PATIENCE_MS)

    def text(self) -> str:
        return " ".join(self.page.locator("main").inner_text().split())


def _starting(words: str) -> re.Pattern[str]:
    """Match a label by its first words, for hints and counters may stand behind them."""
    return re.compile(rf"^\s*{re.escape(words)}")
