"""One's own inbox: read, opened, marked; nobody else's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reform_tracker.notifications.models import Message

pytestmark = pytest.mark.django_db


def message(recipient, key="1", url="/password/", **values):
    values = {"kind": "report_approved", "subject": "报告已通过", "body": "第一季度", **values}
    return Message.objects.create(recipient=recipient, key=key, url=url, **values)


@pytest.fixture
def browser(signed_in, li):
    return signed_in(li)


def test_it_lists_ones_own_messages_and_says_what_is_unread(browser, li, wang):
    message(li)
    message(wang, subject="别人的消息")
    page = browser.get("/inbox/").content.decode()
    assert "报告已通过" in page
    assert "1 条未读" in page
    assert "别人的消息" not in page


def test_opening_marks_it_read_once_and_leads_to_its_page(browser, li):
    row = message(li)
    assert browser.post(f"/inbox/{row.pk}/")["Location"] == "/password/"
    row.refresh_from_db()
    first = row.read_at
    assert first
    browser.post(f"/inbox/{row.pk}/")
    row.refresh_from_db()
    assert row.read_at == first


@pytest.mark.parametrize("url", ["", "https://evil.example/", "//evil.example/"])
def test_without_a_link_of_ours_one_stays_in_the_inbox(browser, li, url):
    row = message(li, url=url)
    assert browser.post(f"/inbox/{row.pk}/")["Location"] == "/inbox/"


def test_another_persons_message_is_not_there(browser, wang):
    row = message(wang)
    assert browser.post(f"/inbox/{row.pk}/").status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


def test_all_are_marked_at_once_but_only_ones_own(browser, li, wang):
    message(li, "1"), message(li, "2")
    other = message(wang)
    assert "已将2条消息标为已读" in browser.post("/inbox/read/", follow=True).content.decode()
    assert list(Message.objects.unread()) == [other]


def test_reading_marks_need_a_post(browser, li):
    assert browser.get(f"/inbox/{message(li).pk}/").status_code == 405
    assert browser.get("/inbox/read/").status_code == 405
    assert browser.post("/inbox/").status_code == 405


def test_twenty_messages_cost_as_many_queries_as_one(browser, li):
    def cost():
        with CaptureQueriesContext(connection) as seen:
            browser.get("/inbox/")
        return len(seen)

    message(li, "first")
    once = cost()
    for number in range(19):
        message(li, str(number))
    assert cost() == once
