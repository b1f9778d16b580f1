"""The demo: accounts, register and documents that show every page at work. (contract: load_demo)

Facts of the five notices (fixtures/demo/*.json) and our own sample documents go through the same
door as a user's upload: clauses, then `intake.publish`. Years gone by are written by
`demo_history`; the period that runs now is filed and reviewed through the services.
"""

import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from departments.models import Department, Membership, Region, User
from departments.services.loading import (
    load_events,
    load_register,
    read_events,
    read_register,
)
from departments.services.loading_regions import load_region_names, load_regions, read_regions
from documents.models import PolicyDocument
from documents.services.importing import AlreadyImported, import_document, store_clauses
from reform_tracker.audit.models import record
from reform_tracker.lib.dates import today
from reform_tracker.working_days.calendar import calendar
from reform_tracker.working_days.filling import fill_missing_years
from tasks.models import ReportingPeriod, Task
from tasks.services import demo_history, intake, reminders
from tasks.services.periods import open_year
from tasks.services.progress import record_progress, save_report
from tasks.services.review import approve, send_back

FIXTURES = settings.BASE_DIR / "fixtures"
SAMPLES = settings.BASE_DIR / "tests" / "samples"
# Our own texts. What stands behind a name is left unconfirmed, for the confirming page to show.
SAMPLE_FILES = {"demo_2024.txt": 0, "demo_2025.html": 2, "demo_2026.txt": 1}

Role = Membership.Role
XUZHOU, COUNTRY = "320300", "100000"


@dataclass(frozen=True)
class Post:
    """One account of the demo and the place it holds; `note` tells the reader what it is for."""

    username: str
    name: str
    note: str
    role: str
    region: str = ""
    departments: tuple[str, ...] = ()


POSTS = (
    Post("demo_office", "演示·张干事", "徐州市医改办工作人员", Role.OFFICE, XUZHOU),
    Post("demo_leader", "演示·赵主任", "徐州市领导", Role.LEADER, XUZHOU),
    # One person for the body of 2012 and the one that took over from it in 2019.
    Post(
        "demo_health",
        "演示·李联络员",
        "徐州市卫生局、市卫生健康委联络员",
        Role.LIAISON,
        XUZHOU,
        ("市卫生局", "市卫生健康委"),
    ),
    Post(
        "demo_finance", "演示·王联络员", "徐州市财政局联络员", Role.LIAISON, XUZHOU, ("市财政局",)
    ),
    Post("demo_national", "演示·陈处长", "全国医改办工作人员，可看全部文件", Role.OFFICE, COUNTRY),
    Post("demo_national_leader", "演示·钱司长", "全国，领导", Role.LEADER, COUNTRY),
    Post("demo_admin", "演示·郭管理员", "系统管理员", Role.ADMINISTRATOR),
    Post("demo_auditor", "演示·沈审计员", "审计员", Role.AUDITOR),
)


@dataclass
class Loaded:
    """What was new; `passwords` holds those just made, by user name."""

    passwords: dict[str, str] = field(default_factory=dict)
    documents: list[tuple[PolicyDocument, int]] = field(default_factory=list)
    missing_samples: list[str] = field(default_factory=list)


@transaction.atomic
def load(*, reset_passwords: bool = False) -> Loaded:
    """Put everything of the demo on record that is not there yet; a second run finds all done."""
    loaded = Loaded()
    fill_missing_years()
    load_regions(read_regions(FIXTURES / "regions.csv"))
    load_region_names(read_regions(FIXTURES / "region_names.csv"))
    load_register(read_register(FIXTURES / "register.json"))
    load_register(read_register(FIXTURES / "demo" / "register.json"))
    load_events(read_events(FIXTURES / "demo" / "register.json"))
    people = {post.username: _account(post, loaded, reset_passwords) for post in POSTS}
    for path in sorted((FIXTURES / "demo").glob("*_*.json")):
        _add(loaded, _document_of_facts(path), people)
    for name, unconfirmed in SAMPLE_FILES.items():
        _add(loaded, _sample(name, loaded), people, unconfirmed)
    if loaded.documents:
        reminders.send_due(calendar().previous_working_day(today()))
    return loaded


def _account(post: Post, loaded: Loaded, reset: bool) -> User:
    user = User.objects.filter(username=post.username).first()
    if user is None or reset:
        # A domain that can never exist (RFC 2606): the mail is written, and reaches nobody.
        address = f"{post.username}@example.invalid"
        user = user or User(username=post.username, name=post.name, email=address)
        password = _password()
        validate_password(password, user)
        user.set_password(password)
        user.save()
        loaded.passwords[post.username] = password
        record(actor=None, action="password_reset" if reset else "added", subject=user)
    region = Region.objects.get(code=post.region) if post.region else None
    departments = Department.objects.filter(region=region, name__in=post.departments)
    places: list[dict[str, Any]] = [{"department": each} for each in departments] or [
        {"region": region}
    ]
    for place in places:
        Membership.objects.get_or_create(user=user, role=post.role, **place)
    return user


def _password() -> str:
    """Twelve characters, none easily mistaken for another: these are typed from a printout."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(12))


def _document_of_facts(path: Path) -> PolicyDocument | None:
    """The notice's facts as a document with clauses, or None when it is on record."""
    facts = json.loads(path.read_text(encoding="utf-8"))
    head = facts["document"]
    region = Region.objects.get(code=head["region"])
    same = PolicyDocument.objects.filter(region=region, title=head["title"])
    if head["document_number"]:
        number = head["document_number"]
        same |= PolicyDocument.objects.filter(region=region, document_number=number)
    if same.exists():
        return None
    text, items = _as_text(head, facts["tasks"])
    document = PolicyDocument.objects.create(
        region=region,
        title=head["title"],
        document_number=head["document_number"],
        issuing_authority=head["issuer"],
        issued_on=head["issued_on"],
        published_on=head["published_on"],
        year_start=head["year_start"],
        year_end=head["year_end"],
        targets=head["targets"],
        text=text,
        source_name=path.name,
    )
    document.refresh_from_db()  # dates as dates
    store_clauses(document, items)
    return document


def _as_text(head: dict[str, Any], tasks: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Headings and titles as a text of our own, and the parser's items with their place in it."""
    lines = [head["title"], head["document_number"] or "", "（演示数据：只收录要点，不含原文）"]
    length = sum(len(line) + 1 for line in lines)
    items: list[dict[str, Any]] = []
    section: list[str] = []
    for task in tasks:
        headings = [name for name in task["section"] if name not in section]
        section = task["section"]
        goals = ";".join(goal["indicator"] + goal["text"] for goal in task["targets"])
        named = "".join(row["raw"] for row in task["responsibilities"])
        line = f"{task['number']}.{task['title']}。{goals}{named}"
        lines += [*headings, line]
        start = length + sum(len(name) + 1 for name in headings)
        length = start + len(line) + 1
        items.append(
            {
                **task,
                "parent": None,
                "container": False,
                "body": f"{task['title']}。{goals}",
                "start": start,
                "end": start + len(line),
                "warnings": [],
            }
        )
    return "\n".join(lines), items


def _sample(name: str, loaded: Loaded) -> PolicyDocument | None:
    path = SAMPLES / name
    if not path.is_file():
        loaded.missing_samples.append(name)
        return None
    try:
        return import_document(data=path.read_bytes(), filename=name, actor=None)
    except AlreadyImported:
        return None


def _add(
    loaded: Loaded, document: PolicyDocument | None, people: dict[str, User], unconfirmed: int = 0
) -> None:
    """Confirm the clauses but the last few, open the years, tell what happened so far."""
    if document is None:
        return
    clauses = list(intake.to_confirm(document).values_list("pk", flat=True))
    published = intake.publish(
        document=document, actor=None, clauses=clauses[: len(clauses) - unconfirmed]
    )
    region = document.region
    for year in range(document.year_start, min(document.year_end, today().year) + 1):
        open_year(region=region, year=year, actor=None)
    is_live = document.year_end >= today().year
    if not is_live:
        ReportingPeriod.objects.filter(region=region, year__lte=document.year_end).update(
            is_open=False
        )
    office = people["demo_office" if region.code == XUZHOU else "demo_national"]
    liaisons = {
        place.department_id: user
        for user in people.values()
        for place in user.memberships.filter(role=Role.LIAISON)
    }
    demo_history.tell(document=document, office=office, liaisons=liaisons, until=today())
    if is_live and region.code == XUZHOU:
        _run_current_period(document, people)
    loaded.documents.append((document, len(published.tasks)))


def _run_current_period(document: PolicyDocument, people: dict[str, User]) -> None:
    """File and review a few reports of the period that runs now, as people would."""
    period = ReportingPeriod.objects.current(document.region, today())
    office, health, finance = (
        people[name] for name in ("demo_office", "demo_health", "demo_finance")
    )
    open_tasks = document.tasks.open().order_by("position")
    own = list(open_tasks.of_department(_department(health, document).pk, "lead"))
    for number, task in enumerate(own[:4]):
        progress = min(95, task.progress + 5)
        report = save_report(
            task=task,
            department=_department(health, document),
            period=period,
            actor=health,
            values={
                "progress": progress,
                "narrative": "已完成阶段性任务，正在汇总各县（市）、区进展情况。",
                "problems": "部分地区数据报送不及时。" if number % 2 else "",
                "next_steps": "加强调度，按时间节点推进。",
            },
            readings={
                target.pk: demo_history.reading(target, progress, Random(target.text))  # noqa: S311
                for target in task.targets.exclude(target_value=None)
            },
            submit=number != 3,
        )
        if number == 1:
            send_back(report=report, actor=office, reason="请补充具体数据和佐证材料后重新报送。")
        if number == 2:
            approve(report=report, actor=office)
    shared = open_tasks.of_department(_department(finance, document).pk, "cooperating")
    for task in shared[:2]:
        save_report(
            task=task,
            department=_department(finance, document),
            period=period,
            actor=finance,
            values={"progress": task.progress, "narrative": "已安排专项资金，按进度拨付。"},
            submit=True,
        )
    others = open_tasks.exclude(pk__in=[task.pk for task in own])
    task = others.exclude(  # type: ignore[assignment]
        responsibilities__department__in=finance.scope.department_ids
    ).first()
    if task:
        record_progress(
            task=task,
            actor=office,
            progress=min(95, task.progress + 10),
            narrative="电话了解：主要任务已完成，正在准备验收。",
        )


def _department(liaison: User, document: PolicyDocument) -> Department:
    """The department the liaison speaks for in this document."""
    named = Task.objects.filter(document=document).values("responsibilities__department")
    return Department.objects.filter(memberships__user=liaison, pk__in=named).get()
