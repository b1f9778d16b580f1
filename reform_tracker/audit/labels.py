"""The trail in words: what an action code, a kind of thing and a detail are called."""

from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "signed_in": _("登录"),
    "signed_out": _("退出"),
    "password_changed": _("修改密码"),
    "password_reset": _("重置密码"),
    "token_issued": _("签发接口令牌"),
    "added": _("新增"),
    "changed": _("修改"),
    "department_added": _("部门加入名录"),
    "alias_added": _("登记部门别名"),
    "register_loaded": _("装入通用部门名录"),
    "succession_recorded": _("登记机构沿革"),
    "succession_undone": _("撤销机构沿革"),
    "file_uploaded": _("上传文件"),
    "region_chosen": _("为上传的文件选择地区"),
    "document_imported": _("导入文件"),
    "document_removed": _("删除文件"),
    "clause_added": _("手工添加条款"),
    "clause_made_task": _("分组条款改为任务"),
    "clause_corrected": _("修改条款"),
    "clause_dismissed": _("条款不作为任务"),
    "clause_restored": _("恢复条款"),
    "clause_checked": _("核对条款无误"),
    "clause_split": _("拆分条款"),
    "clauses_merged": _("合并条款"),
    "clause_moved": _("移动条款"),
    "clauses_renumbered": _("条款顺次编号"),
    "clause_placed": _("标出条款原文"),
    "clause_removed": _("删除手工添加的条款"),
    "clauses_published": _("确认入账"),
    "published": _("任务入账"),
    "state_changed": _("状态变更"),
    "reopened": _("回头看重新打开"),
    "progress_recorded": _("代填进展"),
    "report_submitted": _("报送进展"),
    "report_approved": _("审核通过"),
    "report_sent_back": _("审核退回"),
    "reminded": _("发出提醒"),
    "edited": _("修改任务"),
    "request_made": _("提出申请"),
    "request_approved": _("同意申请"),
    "request_refused": _("不同意申请"),
    "request_withdrawn": _("撤回申请"),
    "year_opened": _("开设年度报告期"),
    "period_opened": _("开放填报"),
    "period_closed": _("关闭填报"),
    "period_locked": _("锁定报告期"),
    "period_added": _("新建报告期"),
    "period_changed": _("修改报告期"),
    "deadlines_changed": _("修改报送期限"),
    "deadlines_settled": _("按放假安排调整截止日期"),
    "reports_urged": _("催报"),
    "late_filing_allowed": _("允许补报"),
    "reminders_sent": _("批量发出提醒"),
    "ledger_exported": _("导出台账"),
    "calendar_filled": _("装入放假安排"),
    "demo_history_written": _("写入演示数据"),
}
DETAILS = {
    "clauses": _("条款数"),
    "clause": _("条款"),
    "other": _("另一条款"),
    "section": _("章节"),
    "tasks": _("任务数"),
    "fields": _("修改项"),
    "name": _("名称"),
    "note": _("说明"),
    "sha256": _("文件指纹"),
    "file": _("文件"),
    "filters": _("筛选条件"),
    "periods": _("报告期"),
    "on": _("日期"),
    "steps": _("步骤"),
    "reports": _("报告数"),
    "departments": _("部门数"),
    "events": _("机构沿革数"),
    "links": _("承接关系"),
    "filing_rule": _("报送期限"),
    "days": _("起止日期"),
    "due_on": _("报送截止"),
    "department": _("部门"),
    "until": _("补报截止"),
    "reason": _("原因"),
}
# What a list under these names holds is no number of things but the things themselves.
LISTS = {"tasks": _("任务编号"), "departments": _("部门")}
STEPS = {
    "due_30": _("到期前30天提醒"),
    "due_7": _("到期前7天提醒"),
    "due_1": _("到期前1天提醒"),
    "urge": _("催办"),
    "supervise": _("督办"),
    "interview": _("约谈建议"),
}
# What a ledger was narrowed down by, as the addresses of the list say it, and some of its values.
FILTERS = {
    "region": _("地区"),
    "own_level": _("只看本级"),
    "year": _("年度"),
    "quarter": _("季度"),
    "as_of": _("截至日期"),
    "department": _("责任单位编号"),
    "role": _("角色"),
    "state": _("状态"),
    "done": _("是否已完成"),
    "flag": _("预警"),
    "light": _("亮灯"),
    "document": _("政策文件编号"),
    "search": _("搜索"),
    "ordering": _("排序"),
}
FILTER_VALUES = {
    "true": _("是"),
    "false": _("否"),
    "lead": _("牵头"),
    "cooperating": _("配合"),
    "participant": _("参与"),
    "overdue": _("逾期"),
    "near_due": _("临期"),
    "lagging": _("未达序时进度"),
    "grey": _("灰灯"),
    "green": _("绿灯"),
    "yellow": _("黄灯"),
    "red": _("红灯"),
    "blue": _("蓝灯"),
    "due_on": _("完成时限"),
    "-due_on": _("完成时限（倒序）"),
}
# What a person may correct of a clause; its trail is kept with the document.
CLAUSE_FIELDS = {
    "number": _("编号"),
    "section": _("所属章节"),
    "title": _("任务标题"),
    "body": _("任务内容"),
    "responsibilities": _("责任单位"),
    "targets": _("目标指标"),
    "deadlines": _("完成时限"),
}


def action_label(code: str) -> str:
    return str(ACTIONS.get(code, code))


def subject_label(subject_type: str) -> str:
    """政策文件 for documents.policydocument; the code itself for a model that is gone."""
    try:
        return str(apps.get_model(subject_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return subject_type


def detail_lines(detail: dict[str, Any], subject_type: str) -> list[str]:
    """One line per thing the act noted down; what is empty is left out."""
    lines = []
    for name, value in detail.items():
        if value in ("", None, [], {}):
            continue
        if name == "fields" and isinstance(value, list):
            names = CLAUSE_FIELDS if "clause" in detail else _fields_of(subject_type)
            value = [str(names.get(each, each)) for each in value]
        labels = LISTS if isinstance(value, list) and name in LISTS else DETAILS
        lines.append(
            _t("%(name)s：%(value)s")
            % {"name": labels.get(name, name), "value": _words(name, value)}
        )
    return lines


def _words(name: str, value: Any) -> str:
    """A list as 甲、乙, steps as 督办24项、催办2项, filters as 年度2024、亮灯红灯."""
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, dict):
        if name == "steps":
            return "、".join(
                _t("%(step)s%(count)s项") % {"step": STEPS.get(step, step), "count": count}
                for step, count in value.items()
            )
        return "、".join(
            f"{FILTERS.get(each, each)}“{_filter_value(each, given)}”"
            for each, given in value.items()
        )
    return str(value)


def _filter_value(name: str, value: Any) -> str:
    if name == "state":
        return str(_states().get(value, value))
    return str(FILTER_VALUES.get(str(value), value))


def _states() -> dict[Any, Any]:
    """The names of a task's states, from its model."""
    return dict(apps.get_model("tasks", "Task")._meta.get_field("state").flatchoices)


def _fields_of(subject_type: str) -> dict[str, Any]:
    try:
        fields = apps.get_model(subject_type)._meta.concrete_fields
    except (LookupError, ValueError):
        return {}
    return {field.name: field.verbose_name for field in fields}
