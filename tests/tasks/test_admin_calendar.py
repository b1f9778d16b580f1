"""The administrator keeps the calendar: day by day, or by pasting next year's notice."""

import datetime as dt

import pytest
from django.urls import reverse

from reform_tracker.audit.models import AuditEntry
from reform_tracker.working_days.calendar import calendar
from reform_tracker.working_days.models import CalendarYear, SpecialDay

pytestmark = pytest.mark.django_db

D = dt.date
ADD = reverse("admin:working_days_calendaryear_add")
NOTICE = "一、元旦：1月1日（周五）至3日（周日）放假。\n二、春节：2月5日至11日放假调休，共7天。2月14日（周日）上班。"


@pytest.fixture
def browser(signed_in, guo):
    return signed_in(guo)


def posted(rows=(), start=0, **fields):
    """The form of a year with the rows of its days."""
    data = {"year": "2027", "source": "国务院办公厅通知（自拟）", "notice": ""} | fields
    data |= {
        "days-TOTAL_FORMS": len(rows),
        "days-INITIAL_FORMS": start,
        "days-MIN_NUM_FORMS": 0,
        "days-MAX_NUM_FORMS": 1000,
    }
    for number, row in enumerate(rows):
        data |= {f"days-{number}-{name}": value for name, value in row.items()}
    return data


def test_next_years_notice_is_pasted(browser, guo):
    page = browser.post(ADD, posted(notice=NOTICE), follow=True)
    row = CalendarYear.objects.get(year=2027)
    assert page.request["PATH_INFO"].endswith(f"/{row.pk}/change/")
    assert "读出放假10天、调休上班1天" in page.content.decode()
    known = calendar()
    assert known.knows(2027)
    assert known.deadline(D(2027, 2, 5)) == D(2027, 2, 12)
    assert known.is_working_day(D(2027, 2, 14))
    entry = AuditEntry.objects.get(action="added")
    assert (entry.actor, entry.subject) == (guo, "2027年放假安排")


def test_pasting_again_replaces_the_years_days(browser):
    browser.post(ADD, posted(notice=NOTICE))
    row = CalendarYear.objects.get(year=2027)
    change = reverse("admin:working_days_calendaryear_change", args=[row.pk])
    days = [
        {"id": day.pk, "year": row.pk, "day": day.day, "kind": day.kind, "name": day.name}
        for day in row.days.all()
    ]
    browser.post(change, posted(days, len(days), notice="一、元旦：1月1日放假。"))
    assert [day.day for day in row.days.all()] == [D(2027, 1, 1)]
    assert AuditEntry.objects.get(action="changed").subject == "2027年放假安排"


def test_a_day_is_entered_by_hand(browser):
    rows = [{"day": "2027-01-01", "kind": "day_off", "name": "元旦"}]
    assert browser.post(ADD, posted(rows)).status_code == 302
    assert SpecialDay.objects.get(day=D(2027, 1, 1)).year.year == 2027


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        ("请大家注意安全。", "没有读出放假日期"),
        ("一、元旦：13月1日放假。", "有日期读不通"),
    ],
)
def test_a_notice_that_says_nothing_is_refused(browser, notice, words):
    page = browser.post(ADD, posted(notice=notice))
    assert words in page.content.decode()
    assert notice in page.content.decode()
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_a_make_up_day_on_a_monday_is_refused(browser):
    rows = [{"day": "2027-02-01", "kind": "make_up", "name": "春节"}]
    page = browser.post(ADD, posted(rows))
    assert "应当是星期六或星期日" in page.content.decode()
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_the_list_counts_the_days(browser):
    page = browser.get(reverse("admin:working_days_calendaryear_changelist"))
    assert "2026年放假安排" in page.content.decode()
    (row,) = [row for row in page.context["cl"].result_list if row.year == 2026]
    assert (row.off, row.made_up) == (33, 6)


@pytest.mark.parametrize("who", ["zhang", "zhao", "li", "shen"])
def test_nobody_else(request, signed_in, who):
    assert signed_in(request.getfixturevalue(who)).get(ADD).status_code in (302, 403)
    assert not CalendarYear.objects.filter(year=2027).exists()
