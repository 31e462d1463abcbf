"""People at a real browser: windows of their own, and everything their pages complain about."""

import contextlib
import re
from typing import Any

from demo_process import Demo
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, expect

TELL_BREACHES = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));"""
REPLACED = ("htmx:afterRequest", "htmx:sendAbort")
"""What htmx notes of a question that a newer one has replaced."""
REFUSED = re.compile(r"(?:responded with a status of|Response Status Error Code) ([45]\d\d)")


class Visitors:
    """Opens windows, and remembers what their pages complain about: errors, breaches of the CSP, foreign addresses."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.expected: set[str] = set()
        """Statuses that a test provokes; Chromium notes each of them as an error."""

    def window(
        self, width: int = 1280, height: int = 900, scheme: str = "light", session: Any = None, **more: Any
    ) -> Page:
        """A page of a new person, or of one with a session."""
        size = {"width": width, "height": height}
        context = self._browser.new_context(viewport=size, color_scheme=scheme, storage_state=session, **more)
        self._contexts.append(context)
        context.set_default_timeout(15_000)
        context.add_init_script(TELL_BREACHES)
        context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        context.on("console", self._console)
        context.on("request", self._asked)
        context.on("response", self._answered)
        return context.new_page()

    def at_demo(self, demo: Demo, **more: Any) -> Page:
        """A page of the demo's user; who signed in once stays so."""
        if demo.session is not None:
            return self.window(session=demo.session, **more)
        page = self.window(**more)
        sign_in(page, demo.url)
        demo.session = page.context.storage_state()
        return page

    def close(self) -> None:
        """Close all windows."""
        for context in self._contexts:
            with contextlib.suppress(Exception):
                context.close()

    def _console(self, word: ConsoleMessage) -> None:
        if word.text.startswith(REPLACED):
            return
        refused = REFUSED.search(word.text)
        if word.type in {"error", "warning"} and not (refused and refused[1] in self.expected):
            self.complaints.append(f"{word.type} on {word.page.url if word.page else '?'}: {word.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.complaints.append(f"asked elsewhere: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500 and str(response.status) not in self.expected:
            self.complaints.append(f"{response.status}: {response.url}")


DEMO_USER = ("demo", "demodemo")


def sign_in(page: Page, url: str, name: str = DEMO_USER[0], password: str = DEMO_USER[1]) -> None:
    """Sign in through the form."""
    page.goto(f"{url}/sign-in")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    expect(page.locator("nav.main-nav")).to_be_visible()


class Unmoved:
    """Sees to it that a page is never loaded anew."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._moves: list[str] = []
        page.evaluate("window.sameAsEver = true")
        page.on("framenavigated", lambda frame: self._moves.append(frame.url))

    def check(self) -> None:
        """Fail when it was."""
        assert self._page.evaluate("window.sameAsEver === true"), "the page was loaded anew"
        assert self._moves == []
