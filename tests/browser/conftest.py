"""A real Chromium over the real service with the simulated stack."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all."""
    if CHROMIUM is None:
        pytest.skip("chromium not here: install Debian's package chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a window of its own; at the end no page may have complained on the console."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(width: int = 1280, height: int = 900, scheme: str = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda word: complaints.append(word.text) if word.type == "error" else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    # A refused form is answered with 4xx on purpose, which Chromium notes as an error.
    assert [word for word in complaints if "status of 4" not in word] == []


class Demo:
    """`episodarr demo` in a process of its own."""

    def __init__(self, speed: float) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "episodarr", "demo", "--port", "0", "--speed", str(speed)],
            env={**os.environ, "EPISODARR_API_KEY": "k" * 32},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        line = self.process.stdout.readline()
        assert "listens on" in line, line
        self.url = line.split()[-1].rstrip("/")

    def signed_in(self, page: Page) -> Page:
        """Sign in as the demo's user."""
        page.goto(f"{self.url}/sign-in")
        page.fill("input[name=name]", "demo")
        page.fill("input[name=password]", "demodemo")
        page.press("input[name=password]", "Enter")
        page.wait_for_selector("nav.main-nav")
        return page

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()


@pytest.fixture
def fresh_demo() -> Iterator[Demo]:
    """A demo whose stories begin now."""
    demo = Demo(speed=1.5)
    yield demo
    demo.stop()


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """A demo that has been living for a while, for tests that only look."""
    running = Demo(speed=4)
    yield running
    running.stop()
