"""A real browser on a real server, and a page that tolerates nothing wrong.

`page` is a desktop's (1366×768), `phone` a phone's (390×844), `any_page` is both in turn. Each
fails its test on a console error, an uncaught exception, a failed request, or a request to any
other host. `sign_in(page, "zhang")` signs a person of the cast in. Needs `make e2e`'s Chromium.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, Page, Request, Response, Route, sync_playwright

# Playwright's synchronous API keeps an event loop in this thread, where Django then refuses to
# touch the database; nothing here is really asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
PICTURES = Path("var/e2e")
HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this folder is an e2e test: `make test` leaves it to `make e2e`."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.e2e)


def chromium_path() -> str:
    """The browser on this machine: CHROMIUM's, or the first known name on the path."""
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    for name in filter(None, names):
        if found := shutil.which(name):
            return found
    pytest.fail("no Chromium here: `make e2e` installs it, or says what to install", pytrace=False)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=[
                "--no-sandbox",  # CI is root; only our own pages are opened
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield browser
        browser.close()


class Watch:
    """Notes what goes wrong on a page; `allow(pattern)` for what a test provokes on purpose."""

    def __init__(self, page: Page, host: str) -> None:
        self.host = host
        self.problems: list[str] = []
        self.allowed: list[re.Pattern[str]] = []
        page.route("**/*", self.keep_inside)
        page.on("console", lambda message: self.on_console(message.type, message.text))
        page.on("pageerror", lambda error: self.note(f"exception: {error}"))
        page.on("requestfailed", self.on_failure)
        page.on("response", self.on_response)

    def note(self, problem: str) -> None:
        self.problems.append(problem)

    def allow(self, pattern: str) -> None:
        """Let problems through whose text has this regular expression in it."""
        self.allowed.append(re.compile(pattern))

    def left(self) -> list[str]:
        """The problems that nobody allowed."""
        return [text for text in self.problems if not any(p.search(text) for p in self.allowed)]

    def keep_inside(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in {"data", "blob", "about"} or address.netloc == self.host:
            route.continue_()
        else:
            self.note(f"request to another host: {route.request.url}")
            route.abort()

    def on_console(self, kind: str, text: str) -> None:
        # The address and status of such a response are noted by on_response, with more to say.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.note(f"console: {text}")

    def on_failure(self, request: Request) -> None:
        # Aborted is what a download, or leaving a page with a request under way, looks like.
        if request.failure != "net::ERR_ABORTED" and urlsplit(request.url).netloc == self.host:
            self.note(f"request failed: {request.url}: {request.failure}")

    def on_response(self, response: Response) -> None:
        if response.status >= 400 and not response.url.endswith("/favicon.ico"):
            self.note(f"answer {response.status}: {response.url}")


@pytest.fixture
def open_page(
    browser: Browser, live_server, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """`open_page(viewport)` gives a watched page in a context (cookies, size) of its own."""
    opened: list[tuple[Page, Watch]] = []

    def open_one(viewport: dict[str, int] = DESKTOP) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=viewport,
            is_mobile=viewport == PHONE,
            has_touch=viewport == PHONE,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        watch = Watch(page, urlsplit(live_server.url).netloc)
        page.allow = watch.allow
        opened.append((page, watch))
        return page

    yield open_one
    problems = []
    for number, (page, watch) in enumerate(opened):
        # Waits until what the last click began has arrived, so that its errors are seen too.
        page.wait_for_load_state("networkidle")
        if left := watch.left():
            problems += left
            PICTURES.mkdir(parents=True, exist_ok=True)
            name = re.sub(r"\W+", "_", request.node.name)
            page.screenshot(path=PICTURES / f"{name}_{number}.png", full_page=True)
        page.context.close()
    if problems:
        pytest.fail("the browser saw:\n" + "\n".join(problems), pytrace=False)


@pytest.fixture
def page(open_page) -> Page:
    """A desktop's page. `page.allow(pattern)` lets an expected problem through."""
    return open_page(DESKTOP)


@pytest.fixture
def phone(open_page) -> Page:
    """A phone's page."""
    return open_page(PHONE)


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def any_page(request, open_page) -> Page:
    """The test runs twice, once on each size."""
    return open_page(request.param)


@pytest.fixture
def sign_in(live_server, settings) -> Callable[[Page, str], None]:
    """`sign_in(page, username)` signs that person in without the form; later calls replace it."""

    def as_user(page: Page, username: str) -> None:
        client = Client()
        client.force_login(
            get_user_model().objects.get(username=username),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        name = settings.SESSION_COOKIE_NAME
        page.context.clear_cookies()
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )

    return as_user


@pytest.fixture
def no_overflow() -> Callable[[Page], None]:
    """`no_overflow(page)` fails when the page is wider than its window."""

    def check(page: Page) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= page.viewport_size["width"], f"{page.url} is {wide} pixels wide"

    return check


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """`accessible(page)` fails on serious and critical findings of axe."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: Page) -> None:
        found = [
            f"{violation['id']}: {violation['help']} — {violation['nodes'][0]['html'][:200]}"
            for violation in Axe().run(page).response["violations"]
            if violation["impact"] in {"serious", "critical"}
        ]
        assert not found, f"{page.url}\n" + "\n".join(found)

    return check
