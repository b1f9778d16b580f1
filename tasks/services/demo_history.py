"""What happened to the demo's tasks so far, invented but consistent.

The past can't be filed through the services, which stamp everything with today. So rows are
written in bulk the way the services would have left them: a report, its rounds of review, the
readings it carries, and the event whose `effective_on` is the period's last day, which is what
`Task.objects.as_of` reads. The task's row then says what its last event says. Each task's story
comes from a seed of its own, so a second database tells the same one.
"""

import datetime as dt
from decimal import Decimal
from random import Random

from django.utils import timezone

from departments.models import User
from documents.models import PolicyDocument
from reform_tracker.audit.models import record
from tasks.models import (
    ProgressReport,
    ReportingPeriod,
    Review,
    Target,
    TargetReading,
    Task,
    TaskEvent,
)
from tasks.models.states import DONE_STATES, SET_ASIDE_STATES, State

Kind = TaskEvent.Kind
Status = ProgressReport.Status

# How fast a task goes against 序时进度, and how often: of years that are over, and of this year.
PACES_THEN = {"fast": 20, "steady": 58, "late": 10, "slow": 6, "stuck": 2, "idle": 1, "aside": 3}
PACES_NOW = {"fast": 12, "steady": 40, "late": 0, "slow": 23, "stuck": 15, "idle": 12, "aside": 0}
SPEED = {
    "fast": 1.3,
    "steady": 1.02,
    "late": 0.85,
    "slow": 0.82,
    "stuck": 0.5,
    "idle": 0.0,
    "aside": 0.6,
}

DONE = (
    "已印发实施方案，明确牵头单位和时间节点，各项工作有序推进，完成年度任务的{p}%。",
    "召开专题协调会，细化分解任务，重点环节已取得阶段性成果，总体进度{p}%。",
    "组织开展督导检查，对照目标逐项落实，目前完成{p}%。",
    "完成政策文件起草并征求意见，试点单位运行平稳，进度{p}%。",
    "汇总各地数据，主要指标稳步提升，总体进度达到{p}%。",
)
FINISHED = "各项任务已全部完成，相关制度已建立并正式运行，佐证材料已归档。"
PROBLEMS = ("", "", "部分单位配套资金尚未到位。", "基层人员力量不足。", "部门间数据共享不够顺畅。")
NEXT_STEPS = (
    "加强部门协调，加快推进。",
    "开展专项督导，确保按期完成。",
    "做好总结评估，巩固成果。",
)
RETURNED = ("请补充具体完成数据。", "进展描述与上期相同，请写明本期新进展。", "请附佐证材料名称。")


def tell(
    *, document: PolicyDocument, office: User, liaisons: dict[int, User], until: dt.date
) -> None:
    """Write the story of every task of the document up to `until`.

    `liaisons`: department id → who files for it; departments without one are filed by nobody
    known or, more often than others, by the office on their behalf.
    """
    periods = list(
        ReportingPeriod.objects.filter(
            region=document.region, year__gte=document.year_start, year__lte=document.year_end
        ).order_by("starts_on")
    )
    tasks = document.tasks.prefetch_related("responsibilities__department", "targets")
    book = Book(office, liaisons, until)
    for task in tasks:
        Story(task, periods, book).run()
    counts = book.store()
    record(actor=None, action="demo_history_written", subject=document, detail=counts)


class Book:
    """Rows waiting to be written, and the people in them."""

    def __init__(self, office: User, liaisons: dict[int, User], until: dt.date) -> None:
        self.office, self.liaisons, self.until = office, liaisons, until
        self.reports: list[ProgressReport] = []
        self.reviews: list[Review] = []
        self.readings: list[TargetReading] = []
        self.events: list[TaskEvent] = []
        self.tasks: list[Task] = []

    def store(self) -> dict[str, int]:
        ProgressReport.objects.bulk_create(self.reports, batch_size=500)
        Review.objects.bulk_create(self.reviews, batch_size=500)
        TargetReading.objects.bulk_create(self.readings, batch_size=500)
        TaskEvent.objects.bulk_create(self.events, batch_size=500)
        Task.objects.bulk_update(
            self.tasks,
            ["state", "progress", "completed_on", "responsible_leader", "version"],
            batch_size=200,
        )
        return {"tasks": len(self.tasks), "reports": len(self.reports)}


class Story:
    """One task's way through its periods."""

    def __init__(self, task: Task, periods: list[ReportingPeriod], book: Book) -> None:
        self.task, self.book = task, book
        self.last_day = task.start_on
        self.dice = Random(f"{task.document.title}:{task.position}")  # noqa: S311 - stories
        self.periods = [
            period
            for period in periods
            if period.ends_on >= task.start_on and task.year_start <= period.year <= task.year_end
        ]
        self.is_over = task.year_end < book.until.year
        paces = PACES_THEN if self.is_over else PACES_NOW
        (self.pace,) = self.dice.choices(list(paces), weights=list(paces.values()))
        self.speed = SPEED[self.pace] * (
            self.dice.uniform(1, 2) if self.pace == "fast" else 1  # some finish long before
        )
        self.lead = task.lead_department
        self.liaison = book.liaisons.get(self.lead.pk) if self.lead else None

    def run(self) -> None:
        done_late = self.task.due_on + dt.timedelta(self.dice.randint(15, 75))
        until = min(self.book.until, done_late) if self.pace == "late" else self.book.until
        for period in self.periods:
            if period.ends_on >= until or self._is_settled():
                break
            self._period(period)
        if self.pace == "late" and not self._is_settled():
            self._office_records(done_late, 100, FINISHED)
        if self.task.state == State.COMPLETED:
            self._write_off(self.last_day + dt.timedelta(self.dice.randint(12, 60)))
        self.task.responsible_leader = {"省": "分管副省长", "区": "分管副区长"}.get(
            self.task.region.name[-1], "分管副市长"
        )
        self.task.version += 1
        self.book.tasks.append(self.task)

    def _is_settled(self) -> bool:
        return self.task.state in (*DONE_STATES, *SET_ASIDE_STATES)

    def _period(self, period: ReportingPeriod) -> None:
        """One period: a report on time, late or missing, by the department or by the office."""
        if self.pace == "aside" and self.dice.random() < 0.5:
            state = self.dice.choice([State.SUSPENDED, State.CANCELLED])
            note = f"{state.label}：上级政策调整，另行安排"
            self._event(Kind.STATE_CHANGED, period.ends_on, note, state=state)
            return
        progress = self._progress_by(period.ends_on)
        if progress == 100 and self.dice.random() < 0.4:
            day = period.ends_on - dt.timedelta(self.dice.randint(15, 40))
            self._office_records(max(day, self.task.start_on), 100, FINISHED)
            return
        chance = self.dice.random()
        if chance < 0.05 and period is not self.periods[-1]:
            return  # never filed
        late = chance > 0.92
        # Most file in the quarter's last week, as the notices ask.
        room = max(1, (period.due_on - period.ends_on).days)
        filed = period.ends_on + dt.timedelta(self.dice.randint(-7, room))
        if late:
            filed = period.due_on + dt.timedelta(self.dice.randint(1, 12))
        if filed > self.book.until:
            return
        on_behalf = self.dice.random() < (0.1 if self.liaison else 0.25) or self.lead is None
        self._report(period, progress, filed, on_behalf)

    def _progress_by(self, day: dt.date) -> int:
        """Elapsed share of the time at this task's speed, in steps of five, never backwards."""
        task = self.task
        span = max(1, (task.due_on - task.start_on).days)
        share = min(1.0, (day - task.start_on).days / span)
        jitter = self.dice.uniform(0.94, 1.04) if share < 1 else 1.0
        reached = int(min(1.0, share * self.speed * jitter) * 20) * 5
        return max(task.progress, reached)

    def _report(
        self, period: ReportingPeriod, progress: int, filed: dt.date, on_behalf: bool
    ) -> None:
        author = self.book.office if on_behalf else self.liaison
        nothing_new = progress == self.task.progress
        report = ProgressReport(
            task=self.task,
            department=self.lead,
            period=period,
            status=Status.APPROVED,
            progress=progress,
            narrative="" if nothing_new else self._words(progress),
            problems=self.dice.choice(PROBLEMS) if progress < 100 else "",
            next_steps=self.dice.choice(NEXT_STEPS) if progress < 100 else "",
            nothing_new=nothing_new,
            filed_on_behalf=on_behalf,
            author=author,
            submitted_on=filed,
        )
        self._keep(report, period.ends_on)
        if on_behalf:
            self._stand(Kind.PROGRESS_RECORDED, period.ends_on, progress, report.narrative, filed)
            return
        if self.dice.random() < 0.07:
            self._round(report, Review.Decision.SENT_BACK, self.dice.choice(RETURNED), filed)
        self._event(Kind.REPORT_SUBMITTED, filed, report.narrative, at=filed, actor=author)
        approved = min(filed + dt.timedelta(self.dice.randint(0, 4)), self.book.until)
        self._round(report, Review.Decision.APPROVED, "", approved)
        self._stand(Kind.REPORT_APPROVED, period.ends_on, progress, "", approved)

    def _words(self, progress: int) -> str:
        return FINISHED if progress == 100 else self.dice.choice(DONE).format(p=progress)

    def _round(self, report: ProgressReport, decision: str, reason: str, day: dt.date) -> None:
        if decision == Review.Decision.SENT_BACK:
            self._event(Kind.REPORT_SENT_BACK, day, reason, at=day)
        seen = ("progress", "nothing_new", "narrative", "problems", "next_steps")
        self.book.reviews.append(
            Review(
                report=report,
                reviewer=self.book.office,
                decision=decision,
                reason=reason,
                seen={name: getattr(report, name) for name in seen},
                at=_moment(day),
            )
        )

    def _office_records(self, day: dt.date, progress: int, narrative: str) -> None:
        """The office writes it down between periods (代填)."""
        if day > self.book.until:
            return
        report = ProgressReport(
            task=self.task,
            department=self.lead,
            status=Status.APPROVED,
            progress=progress,
            narrative=narrative,
            filed_on_behalf=True,
            author=self.book.office,
            submitted_on=day,
        )
        self._keep(report, day)
        self._stand(Kind.PROGRESS_RECORDED, day, progress, narrative, day)

    def _keep(self, report: ProgressReport, day: dt.date) -> None:
        self.book.reports.append(report)
        for target in self.task.targets.all():
            if target.target_value is not None:
                value = reading(target, report.progress, self.dice)
                self.book.readings.append(
                    TargetReading(target=target, report=report, value=value, read_on=day)
                )

    def _stand(self, kind: str, on: dt.date, progress: int, note: str, at: dt.date) -> None:
        state = State.COMPLETED if progress == 100 else State.IN_PROGRESS
        if progress == 0:
            state = State.NOT_STARTED
        self._event(kind, on, note, state=state, progress=progress, at=at)

    def _write_off(self, day: dt.date) -> None:
        (state,) = self.dice.choices(
            [State.WRITTEN_OFF, State.AWAITING_WRITE_OFF, State.COMPLETED],
            weights=[88, 4, 8] if self.is_over else [45, 30, 25],
        )
        if state != State.COMPLETED and day <= self.book.until:
            note = f"{state.label}：经核验，佐证材料齐全"
            self._event(Kind.STATE_CHANGED, day, note, state=state, progress=100)

    def _event(
        self,
        kind: str,
        on: dt.date,
        note: str,
        *,
        state: str = "",
        progress: int | None = None,
        at: dt.date | None = None,
        actor: User | None = None,
    ) -> None:
        """Record the event; what it says of state and progress is the task's row from then on."""
        task = self.task
        self.last_day = at or on
        if state:
            task.state = state
        if progress is not None:
            task.progress = progress
        done = task.state in DONE_STATES
        task.completed_on = (task.completed_on or on) if done else None
        self.book.events.append(
            TaskEvent(
                task=task,
                actor=actor if kind == Kind.REPORT_SUBMITTED else self.book.office,
                kind=kind,
                at=_moment(at or on),
                effective_on=on,
                state=state,
                progress=progress,
                note=note,
            )
        )


def reading(target: Target, progress: int, dice: Random) -> Decimal:
    """A value on its way to the goal: reached at 100 % of the work, nine times out of ten."""
    goal = Decimal(target.target_value or 0)
    miss = dice.random() < 0.1
    missing = Decimal(100 - progress) / 100 * Decimal("0.25") + (Decimal("0.03") if miss else 0)
    if target.comparison in ("<=", "<"):
        value = goal * (1 + missing - (0 if miss else Decimal("0.04")))
    elif target.comparison == "range":
        middle = (goal + (target.value_max or goal)) / 2
        value = middle if not miss else goal * Decimal("0.9")
    else:
        value = goal * (1 - missing)
        if not missing and target.comparison in (">=", ">"):
            value = goal * Decimal("1.01")
    if target.unit_of_measure == "%":
        value = min(value, Decimal(100))
    counts = goal == goal.to_integral_value() and goal >= 10 and target.unit_of_measure != "%"
    return value.quantize(Decimal(1) if counts else Decimal("0.1"))


def _moment(day: dt.date) -> dt.datetime:
    """Half past ten of the day, but never later than now."""
    return min(timezone.make_aware(dt.datetime.combine(day, dt.time(10, 30))), timezone.now())
