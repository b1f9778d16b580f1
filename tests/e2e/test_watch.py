"""The watch itself: each kind of trouble is seen, or the tours would prove nothing."""

import pytest

from tests.e2e.conftest import Watch


@pytest.fixture
def watched(browser, live_server):
    """A page on our host, and its watch, whose findings do not fail this test."""
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    watch = Watch(page, live_server.url.removeprefix("http://"))
    page.goto("/healthz")
    yield page, watch
    context.close()


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("console.error('红灯')", "console: 红灯"),
        ("setTimeout(() => { throw new Error('boom') })", "exception: boom"),
        ("fetch('/no-such-page/').catch(() => 0)", "answer 404"),
        ("fetch('https://elsewhere.invalid/x').catch(() => 0)", "Content Security Policy"),
        ("location.assign('https://elsewhere.invalid/')", "request to another host"),
    ],
)
def test_trouble_is_seen(watched, script, expected):
    page, watch = watched
    page.evaluate(f"() => {{ {script} }}")
    page.wait_for_timeout(500)
    assert any(expected in problem for problem in watch.left()), watch.problems
    watch.allow(".")
    assert watch.left() == []


def test_a_quiet_page_is_quiet(any_page):
    any_page.goto("/healthz")
    assert "ok" in any_page.text_content("body")


def test_sign_in_keeps_the_person_on_the_page(page, sign_in, zhang):
    sign_in(page, "zhang")
    page.goto("/")
    assert "/sign-in" not in page.url
    assert "张干事" in page.text_content("body")
