"""An act that came too late becomes a message, or a page that says so; never a loop."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.test import RequestFactory

from reform_tracker.lib.verdicts import Conflict
from reform_tracker.middleware import ConflictMiddleware

pytestmark = pytest.mark.django_db


class Kept(list):
    def add(self, level, message, extra_tags=""):
        self.append(message)


def asked(method: str, path: str, **headers) -> HttpRequest:
    request = getattr(RequestFactory(), method)(path, **headers)
    request.user = AnonymousUser()
    request._messages = Kept()
    return request


def answer(request):
    return ConflictMiddleware(lambda r: None).process_exception(request, Conflict("已经处理过"))


def test_one_is_sent_back_to_the_page_one_came_from_with_the_reason():
    request = asked("post", "/tasks/5/state/", HTTP_REFERER="http://testserver/tasks/5/")
    response = answer(request)
    assert (response.status_code, response["Location"]) == (302, "http://testserver/tasks/5/")
    assert list(get_messages(request)) == ["已经处理过"]


@pytest.mark.parametrize("back", ["", "http://evil.example/tasks/5/"])
def test_without_a_page_of_ours_to_go_back_to_one_is_sent_home(back):
    response = answer(asked("post", "/tasks/5/state/", HTTP_REFERER=back))
    assert (response.status_code, response["Location"]) == (302, "/")


def test_a_page_that_raises_for_itself_is_not_sent_back_to_itself():
    request = asked("get", "/tasks/5/report/", HTTP_REFERER="http://testserver/tasks/5/report/")
    response = answer(request)
    assert response.status_code == 409
    assert "已经处理过" in response.content.decode()


def test_other_errors_are_left_alone():
    middleware = ConflictMiddleware(lambda r: None)
    assert middleware.process_exception(asked("get", "/"), ValueError()) is None
