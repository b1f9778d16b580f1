"""The dashboard in a browser: it draws, it links to exactly the rows it counts, it fails politely."""

import re

import pytest
from django.test import Client

from tests.factories import DocumentFactory, TargetFactory, TaskFactory

STANDINGS = [("not_started", 0), ("in_progress", 50), ("completed", 100), ("written_off", 100)]


@pytest.fixture
def figures(xuzhou, nanjing, health, finance, zhao, qian):
    """Five years of one city, two of the other (so the table of years has holes), four states
    each; all of it long overdue unless done."""
    for region, first in ((xuzhou, 2020), (nanjing, 2023)):
        for year in range(first, 2025):
            document = DocumentFactory(region=region, year_start=year, year_end=year)
            for number, (state, progress) in enumerate(STANDINGS):
                lead = (health, finance)[number % 2]
                task = TaskFactory(document=document, state=state, progress=progress, lead=lead)
                TargetFactory(task=task)


def ready(page):
    page.wait_for_selector("#figures:not([hidden])")
    return page


def test_every_number_leads_to_that_many_rows(page, sign_in, figures, qian, live_server):
    sign_in(page, "qian")
    page.goto("/dashboard/?year=2024")
    links = ready(page).eval_on_selector_all(
        "a[data-count]", "all => all.map(a => [a.getAttribute('href'), a.textContent])"
    )
    assert len(links) > 50
    browser = Client()
    browser.force_login(qian, backend="django.contrib.auth.backends.ModelBackend")
    pages = {href: browser.get(href) for href in {href for href, _ in links}}
    listed = {href: answer.context["page"].paginator.count for href, answer in pages.items()}
    assert {
        (href, text, listed[href]) for href, text in links if int(text) != listed[href]
    } == set()
    assert len({text for _, text in links}) > 3


def test_it_draws_on_every_size(any_page, sign_in, figures, no_overflow, accessible):
    sign_in(any_page, "qian")
    any_page.goto("/dashboard/")
    ready(any_page)
    assert any_page.locator(".chart canvas").count() == 2
    assert any_page.locator("[data-rows=quarters] tr").count() == 4
    assert "江苏省2024年" in any_page.locator(".headline").inner_text()
    no_overflow(any_page)
    accessible(any_page)


def test_charts_follow_the_window(page, sign_in, figures):
    sign_in(page, "zhao")
    page.goto("/dashboard/")
    canvas = ready(page).locator("[data-chart=quarters] canvas")
    wide = canvas.bounding_box()["width"]
    page.set_viewport_size({"width": 900, "height": 700})
    page.wait_for_function(
        "wide => document.querySelector('[data-chart=quarters] canvas').clientWidth !== wide",
        arg=wide,
    )
    box = page.locator("[data-chart=quarters]").bounding_box()
    assert abs(canvas.bounding_box()["width"] - box["width"]) <= 1


def test_choosing_another_year_and_region(page, sign_in, figures):
    sign_in(page, "qian")
    page.goto("/dashboard/")
    ready(page)
    page.select_option("#region", label="南京市")
    page.wait_for_url(re.compile("region=320100"))
    ready(page)
    page.select_option("#year", label="2023年")
    page.wait_for_url(re.compile("region=320100&year=2023"))
    assert "南京市2023年" in ready(page).locator(".headline").inner_text()
    assert page.locator("dl a[data-count=tasks]").inner_text() == "4"


def test_when_the_server_does_not_answer(page, sign_in, figures):
    page.allow("503|rollups")
    sign_in(page, "zhao")
    page.route("**/api/v1/rollups/**", lambda route: route.fulfill(status=503))
    page.goto("/dashboard/")
    page.wait_for_selector("#failed:not([hidden])")
    assert "数据没有读到" in page.locator("#failed").inner_text()
    page.unroute("**/api/v1/rollups/**")
    page.click("#retry")
    ready(page)
    assert page.locator("#failed").is_hidden()
