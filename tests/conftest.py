"""The named cast: two cities of one province, their offices, departments and people.

Zhang runs the health-reform office of 徐州市, Li reports for its 市卫生局, Wang for its 市财政局;
Zhao leads the city; Sun sits in 南京市's office and must see nothing of Xuzhou; Qian leads the
province and sees both; Guo administers accounts, Shen audits.
"""

import pytest
from django.test import Client

from departments.models import Membership, Region
from tests.factories import (
    DepartmentFactory,
    DocumentFactory,
    MembershipFactory,
    PeriodFactory,
    RegionFactory,
    ResponsibilityFactory,
    TaskFactory,
    UserFactory,
)

pytest_plugins = ["tests.servers"]

Role = Membership.Role


@pytest.fixture(autouse=True)
def plain_files(settings, tmp_path):
    """Uploads go to a folder of the test, static files need no manifest, mail stays in memory."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def country(db):
    return RegionFactory(code="100000", name="全国", level=Region.Level.COUNTRY)


@pytest.fixture
def province(country):
    return RegionFactory(code="320000", name="江苏省", level=Region.Level.PROVINCE, parent=country)


@pytest.fixture
def xuzhou(province):
    return RegionFactory(code="320300", name="徐州市", parent=province)


@pytest.fixture
def nanjing(province):
    return RegionFactory(code="320100", name="南京市", parent=province)


@pytest.fixture
def health(xuzhou):
    return DepartmentFactory(region=xuzhou, name="市卫生局")


@pytest.fixture
def finance(xuzhou):
    return DepartmentFactory(region=xuzhou, name="市财政局")


def person(username: str, name: str, role: str, **place):
    user = UserFactory(username=username, name=name)
    MembershipFactory(user=user, role=role, **place)
    return user


@pytest.fixture
def zhang(xuzhou):
    return person("zhang", "张干事", Role.OFFICE, region=xuzhou)


@pytest.fixture
def li(health):
    return person("li", "李联络员", Role.LIAISON, department=health)


@pytest.fixture
def wang(finance):
    return person("wang", "王联络员", Role.LIAISON, department=finance)


@pytest.fixture
def zhao(xuzhou):
    return person("zhao", "赵主任", Role.LEADER, region=xuzhou)


@pytest.fixture
def qian(province):
    return person("qian", "钱处长", Role.LEADER, region=province)


@pytest.fixture
def sun(nanjing):
    return person("sun", "孙干事", Role.OFFICE, region=nanjing)


@pytest.fixture
def guo(db):
    return person("guo", "郭管理员", Role.ADMINISTRATOR)


@pytest.fixture
def shen(db):
    return person("shen", "沈审计员", Role.AUDITOR)


@pytest.fixture
def signed_in():
    """`signed_in(user)` gives a browser with that person signed in."""

    def browser(user) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return browser


@pytest.fixture
def document(xuzhou):
    return DocumentFactory(region=xuzhou, document_number="徐政办发〔2024〕1号")


@pytest.fixture
def task(document, health, finance):
    """Led by 市卫生局, with 市财政局 cooperating; due at the end of 2024."""
    row = TaskFactory(document=document, title="扩大家庭医生签约服务覆盖面", lead=health)
    ResponsibilityFactory(task=row, department=finance, role="cooperating")
    return row


@pytest.fixture
def period(xuzhou):
    """First quarter of 2024 in 徐州市, open for reports."""
    return PeriodFactory(region=xuzhou)
