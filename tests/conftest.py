"""The browser that tests drive, and which examples they try."""

import os
import re
from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import browser as browsers

settings.register_profile("same", derandomize=True)
settings.register_profile("explore", print_blob=True)
settings.load_profile(os.environ.get("CARGOSCOPE_EXAMPLES", "same"))


PATIENCE_MS = 30_000
"""How long a page may take to show what is expected of it: whole pages load on machines that do much else."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Playwright keeps an event loop running in this thread, so it must not outlive the modules that use it."""
    path = browsers.find()
    if path is None:
        pytest.fail("no browser: install Chromium or Chrome, or set CARGOSCOPE_BROWSER to the path of one")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(browsers.FLAGS))
        yield running
        running.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[browsers.OpenPage]:
    """Opens a page in a window of its own, as for somebody at another machine: `open_page(provoked="")`.

    Every error that a page throws, or that stands in its console, fails the test. Where the story itself makes the
    browser complain (the service is away, a password is wrong), `provoked` is a pattern of the complaints that are no
    error then.
    """
    watched: list[tuple[BrowserContext, str, list[str]]] = []

    def opened(provoked: str = "") -> Page:
        context = chromium.new_context(viewport=browsers.SIZE)
        page = context.new_page()
        watched.append((context, provoked, browsers.complaints(page)))
        return page

    yield opened
    for context, _, _ in watched:
        context.close()
    for _, provoked, said in watched:
        assert [words for words in said if not (provoked and re.search(provoked, words))] == []


@pytest.fixture
def page(open_page: browsers.OpenPage) -> Page:
    """A page whose every error fails the test."""
    return open_page()
