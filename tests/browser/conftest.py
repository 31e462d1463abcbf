"""A real Chromium over the real service with the simulated stack."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_process import Demo
from playwright.sync_api import Browser, expect, sync_playwright
from visitors import Visitors

# A condition is waited for: only what never comes takes so long.
expect.set_options(timeout=20_000)
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# One a module: while Playwright is open, other tests could not run an event loop in this thread.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"chromium not here: {CHROMIUM} is missing; Debian's package is chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def visitors(browser: Browser) -> Iterator[Visitors]:
    """Windows; at the end none of their pages may have complained."""
    made = Visitors(browser)
    yield made
    made.close()
    assert made.complaints == []


@pytest.fixture(scope="module")
def demo(browser: Browser) -> Iterator[Demo]:
    """A demo that the tests of a module share."""
    running = Demo(speed=1)
    yield running
    running.stop()
