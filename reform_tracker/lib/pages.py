"""Long lists in pages; a page number that is wrong shows the nearest page, never an error."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PER_PAGE = 50


def page_of(rows: Any, request: HttpRequest, per_page: int = PER_PAGE) -> Page:
    """The page `?page=` asks for. `numbers` on it are the links `_pagination.html` draws."""
    paginator = Paginator(rows, per_page)
    page = paginator.get_page(request.GET.get("page"))
    links = paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    page.numbers = list(links)  # type: ignore[attr-defined]
    return page
