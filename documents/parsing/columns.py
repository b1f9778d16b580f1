"""What the columns of an annex table are called, and which role each has."""

from __future__ import annotations

import re

LONGEST_NAME = 16
_OFFICE = r"(?:单位|部门|主体|处室|科室|机构|分工)"
_COLUMNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        ("number", r"^(?:序号|编号|序|项次|任务编号|任务序号|项目编号|No\.?)$"),
        ("skip", r"领导|分管|包保|责任人|联系|联络|备注|进展|(?:完成|落实|办理)情况|电话|分值|评分|权重|状态|依据|来源|属性|性质|基期|基准|现状|责任股"),
        ("unit", r"^(?:计量)?单位$"),
        ("lead", rf"牵头(?:责任|、|及|和|/|\(|{_OFFICE})|牵头$|^(?:主办|主责|第一责任|主要责任|负责|承办|实施|落实|分工|任务分工|职责分工|责任分工)(?:{_OFFICE})?(?:\(.{{1,8}}\))?$|^(?:[省市区县州]级?|主要)?责任(?:{_OFFICE})(?!.*配合)"),
        ("coop", rf"(?:配合|协办|协同|协作|参与|参加|协助)(?:\))?(?:责任)?(?:{_OFFICE})?$"),
        ("due", r"时限|期限|(?:完成|实施|办结|工作)时间|时间(?:节点|要求|进度|安排)|进度(?:安排|要求)|完成日期|截止|^时间$"),
        ("value", r"(?:目标|指标|标准|年度)值$|^\d{4}年(?:底)?(?:目标)?值?$|^目标$"),
        ("indicator", r"指标(?:名称|内容)?$"),
        ("section", r"^(?:工作|任务|改革|重点|主要|所属)?(?:类别|类型|领域|分类|板块|专题|方面|大类|类)$"),
        ("content", r"具体|内容|措施|举措|要求|目标|做法|路径|成果"),
        ("task", r"任务|事项|项目|工作|名称|要点"),
    )
)  # fmt: skip


def role_of(name: str) -> str | None:
    """number, task, content, lead, coop, due …: the role of a column of this name."""
    if not name or len(name) > LONGEST_NAME:
        return None
    return next((role for role, pattern in _COLUMNS if pattern.search(name)), None)
