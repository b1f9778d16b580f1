"""Rows for tests, with as little said as possible; the cast in conftest.py gives them names."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from departments.models import Department, Membership, Region, User
from departments.naming.kinds import kind_of
from departments.services.regions import place_under_parent
from documents.models import Clause, PolicyDocument
from tasks.models import (
    ProgressReport,
    ReportingPeriod,
    Responsibility,
    Target,
    Task,
    TaskEvent,
    TaskRequest,
)

PASSWORD = "correct-horse-battery"


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Region
        django_get_or_create = ["code"]
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"9{n:05}")
    name = factory.Sequence(lambda n: f"示范{n}市")
    level = Region.Level.PREFECTURE
    parent = None

    @factory.post_generation
    def placed(self, create, extracted, **kwargs):
        place_under_parent(self)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        """A region the migrations brought along takes over the parent the test gives it."""
        region = super()._create(model_class, *args, **kwargs)
        if kwargs["parent"] and region.parent != kwargs["parent"]:
            region.parent = kwargs["parent"]
            region.save(update_fields=["parent"])
        return region


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = Department
        django_get_or_create = ["region", "name"]

    region = factory.SubFactory(RegionFactory)
    name = factory.Sequence(lambda n: f"市第{n}局")
    kind = factory.LazyAttribute(lambda department: kind_of(department.name))


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        django_get_or_create = ["username"]

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.LazyAttribute(lambda user: f"用户{user.username}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.django.Password(PASSWORD)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)


class DocumentFactory(DjangoModelFactory):
    class Meta:
        model = PolicyDocument

    region = factory.SubFactory(RegionFactory)
    title = "示范市深化医药卫生体制改革2024年重点工作任务"
    document_number = factory.Sequence(lambda n: f"示政办发〔2024〕{n}号")
    year_start = 2024
    year_end = 2024
    issued_on = dt.date(2024, 1, 15)


class ClauseFactory(DjangoModelFactory):
    class Meta:
        model = Clause

    document = factory.SubFactory(DocumentFactory)
    position = factory.Sequence(lambda n: n)
    number = "1"
    title = "扩大签约服务覆盖面"
    body = "签约服务覆盖率达到40%以上。"
    start = 0
    end = 0


class TaskFactory(DjangoModelFactory):
    class Meta:
        model = Task
        skip_postgeneration_save = True

    document = factory.SubFactory(DocumentFactory)
    region = factory.SelfAttribute("document.region")
    year_start = factory.SelfAttribute("document.year_start")
    year_end = factory.SelfAttribute("document.year_end")
    position = factory.Sequence(lambda n: n)
    number = factory.LazyAttribute(lambda task: str(task.position + 1))
    section = "一、健全医疗服务体系"
    title = factory.Sequence(lambda n: f"第{n}项改革任务")
    start_on = factory.LazyAttribute(lambda task: dt.date(task.year_start, 1, 1))
    due_on = factory.LazyAttribute(lambda task: dt.date(task.year_end, 12, 31))
    original_due_on = factory.SelfAttribute("due_on")

    @factory.post_generation
    def lead(self, create, department, **kwargs):
        """`TaskFactory(lead=department)` makes it the leading department."""
        if department:
            ResponsibilityFactory(task=self, department=department, role="lead")


class ResponsibilityFactory(DjangoModelFactory):
    class Meta:
        model = Responsibility

    task = factory.SubFactory(TaskFactory)
    position = factory.LazyAttribute(lambda row: row.task.responsibilities.count())
    role = Responsibility.Role.LEAD
    department = factory.SubFactory(DepartmentFactory)
    name_as_written = factory.SelfAttribute("department.name")


class TargetFactory(DjangoModelFactory):
    class Meta:
        model = Target

    task = factory.SubFactory(TaskFactory)
    position = factory.LazyAttribute(lambda row: row.task.targets.count())
    text = "达到95%以上"
    indicator = "基本医保参保率"
    comparison = ">="
    target_value = 95
    unit_of_measure = "%"


class PeriodFactory(DjangoModelFactory):
    class Meta:
        model = ReportingPeriod

    region = factory.SubFactory(RegionFactory)
    kind = ReportingPeriod.Kind.QUARTER
    name = "2024年第一季度"
    year = 2024
    starts_on = dt.date(2024, 1, 1)
    ends_on = dt.date(2024, 3, 31)
    due_on = dt.date(2024, 4, 8)


class ReportFactory(DjangoModelFactory):
    class Meta:
        model = ProgressReport

    task = factory.SubFactory(TaskFactory)
    progress = 30
    narrative = "已印发实施方案。"
    status = ProgressReport.Status.SUBMITTED
    submitted_on = dt.date(2024, 4, 3)


class EventFactory(DjangoModelFactory):
    class Meta:
        model = TaskEvent

    task = factory.SubFactory(TaskFactory)
    kind = TaskEvent.Kind.PROGRESS_RECORDED
    effective_on = dt.date(2024, 3, 31)


class RequestFactory(DjangoModelFactory):
    class Meta:
        model = TaskRequest

    task = factory.SubFactory(TaskFactory)
    kind = TaskRequest.Kind.CHANGE
    reason = "上级文件要求调整任务内容。"
    progress = factory.SelfAttribute("task.progress")
    due_on = factory.SelfAttribute("task.due_on")
    due_version = factory.SelfAttribute("task.due_version")
