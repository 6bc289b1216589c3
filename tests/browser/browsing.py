"""A reader's browser, and what it complains of while she reads."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

# The shell is the same Chromium without its own window, and does a third less work.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
PATIENCE_MILLISECONDS = 30_000  # other tests run at the same time
WIDTHS = (1280, 768, 320)
SCHEMES = ("light", "dark")


@contextmanager
def a_browser() -> Iterator[Browser]:
    """The browser that `make test` finds or installs."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    assert found, "no browser: run `sudo apt-get install chromium`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield browser
        browser.close()


@dataclass
class Visit:
    """One reader's visit to one archive. Addresses are paths on it."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._asked)

    def go(self, path: str) -> Response:
        answer = self.page.goto(self.address + path)
        assert answer is not None
        return answer

    @property
    def path(self) -> str:
        """Where the reader is: path, query and fragment."""
        return self.page.url.removeprefix(self.address)

    @property
    def focused(self) -> str:
        """What a reader would call the element that has the focus."""
        return str(self.page.evaluate(NAME_OF_FOCUSED))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def sees(self, text: str) -> bool:
        self.page.wait_for_load_state()  # its address is there before its words
        return self.page.get_by_text(text).first.is_visible()

    def _heard(self, message: ConsoleMessage) -> None:
        itself = message.location.get("url") == self.page.url and "Failed to load resource" in message.text
        if not itself:  # a browser also says in the console that this very page is a 404
            self.complaints.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme not in ("data", "blob") and asked.netloc != urlsplit(self.address).netloc:
            self.complaints.append(f"request to another host: {request.url}")


NAME_OF_FOCUSED = """() => {
  const node = document.activeElement;
  return (node.getAttribute("aria-label") || node.innerText || node.id || node.tagName).trim();
}"""


@contextmanager
def a_visit(browser: Browser, address: str, **how: Any) -> Iterator[Visit]:
    """A reader who has never been here; `how` are the browser's own options."""
    viewport = {"width": how.pop("width", 1280), "height": how.pop("height", 900)}
    context = browser.new_context(viewport=viewport, reduced_motion="reduce", **how)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    try:
        yield Visit(context.new_page(), address)
    finally:
        context.close()
