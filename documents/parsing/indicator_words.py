"""The words around a number that are no part of what it measures, and those that name a measure."""

from __future__ import annotations

import re

from documents.parsing.cues import DOING

STOP = re.compile(r"[,。;:\n]")
_IDLE_BLANK = re.compile(r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")
_ASIDE = re.compile(r"\((?:[^()]{7,60}|(?:不含|含|以下|简称|指标)[^()]*)\)")

# At the head of a clause; (?!…) keeps 在职, 及时, 应急, 与薪酬挂钩 …
_LEADING = re.compile(
    r"^(?:(?:\(?[\d一二三四五六七八九]{1,2}\)|力争|确保|争取|努力|并且?|且|其中|同时|进一步|逐步|全面|积极|稳步|原则上|按照|按(?!病|疾|人头|床日|项目|服务)|依照|通过"
    r"|严格(?:执行|控制|落实)|允许|鼓励|以及|全年|今年|本年|共计|累计(?=培|完成|建|新|招|引)|使(?!用)|将|把|对(?!口|外)于?"
    r"|在(?!职|校|岗|院|册|线|编|聘|培|家)|到(?![位达])|要(?!素)|应(?!急|用|诊|届)当?|需(?!求)|可(?!及|疑|持)|由(?!此)|从(?!业)"
    r"|实现|推进|推动|做到|做好|支持|实施|落实|加强|建立|相应|继续|再(?!住|次|生|入)|至(?!少)|的|为|每年|每月|每季度|每周|[底末]前?"
    r"|20\d\d(?=[\u4e00-\u9fff]{3})(?!年)|20\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?[底末]?(?:之|以)?前?|\d{1,2}月[底末]?(?:之|以)?前|年[底末]前?|年内"
    r"|以[^,]{2,14}为单位|[\d一二三四五两]{1,2}年(?:内|累计)|用[\d一二三四五两]{1,2}年(?:左右)?时间|免费(?=[为对向给])"
    r"|全[省市州县区旗国](?=三年|两年|累计|力争|新增|建成|完成|组建|培养)|及(?!时)|或者?|和|与(?![^,]{2,16}(?:挂钩|签约|衔接))|、)[,]?)+"
)
_UNTIL = re.compile(r"^.{0,20}?(?:到|至)20\d\d年[底末]?[,]?(?=[^,]{2})")
_TRAILING = re.compile(
    r"(?:(?:每人每年|每人每月|每人次?|每年|每月|每季度|每周|每次|累计|分别|一般|[年日月人]?均|按(?:实有|常住|户籍|每)[^,]*|以[^,]{2,8}为单位|都|也|要|应|须|需|全部|力争|基本"
    r"|总体|逐[步年]|进一步|继续|不断|的|再|同比|环比|(?<!占)[比较](?:上年|去年|20\d\d年)(?:同期)?|平均|已|将|并|达|约|原则上|相应"
    r"|普遍|就|可|提高|降低|增加|减少|下降|增长|提升|稳定|保持|控制|调整|达到|到(?!位)|至|在|为|按照?|以|于|拉开|继续实行|实行|(?:20\d\d年[、和]?)+))+$"
)
_REGION_ONLY = re.compile(r"^(?:全[省市州县区旗国]|我[省市县区]|各地|辖区内?)$")
# A comparison inside: 限额分别保持在甲、乙的6倍以上 measures 限额.
_CUE_INSIDE = re.compile(
    r"(?:分别)?(?:保持在|稳定在|控制在|达到|[增降升]至|提高[到至]|[不高]?(?:低|少|高|多)于"
    r"|不(?:得|能|应)?(?:低于|少于|高于|多于|超过)|按照不)"
)
# 参保率三级医院: whose it is stands behind.
_WHOSE_BEHIND = re.compile(
    r"^(?P<what>[^,、]{2,}(?:率|占比|比例|标准|费|住院日|限额|时间))(?P<who>[^的,、]{0,8}(?:医院|卫生院|机构|卫生室|儿童|职工|居民|学生|[城郊]区|农村|城市))$"
)
MEASURE = re.compile(
    r"(?:率|比例|占比|比重|比|数|量|额|标准|费用|水平|时间|时限|面积|经费|资金|收入|支出|投入|价格|工资|薪酬|寿命|强度|规模"
    r"|得分|满意度|指数|补助|缴费|住院日|材料|人次|批次|结余|权重|分值|能力|[幅速线]|(?<!付)费)$"
)
# Verbs that only say that something is done; 新建, 培训, 引进 say more and stay.
_PLAIN_VERB = re.compile(
    r"^(?:(?:全[市省区县州旗]|各[市县区]|至少|不少于|累计|共|再)?(?:完成|扶持建设|建设|建成|建好|组建|开展|安排|核定|打造|创建|举办|推出"
    r"|组织|设立|设置|投入|争取|遴选|核增))(?=[^,]{2})(?!.*的.*[率比重例]$)"
)
TELLING = re.compile(
    r"新改扩建|新建|改建|扩建|改扩建|迁建|新增|增设|培训|培养|培育|引进|招聘|招收|招录|救助|资助|取消|选派|改造|更新|发放|配备|接种|检查"
    r"|抽查|治理"
)
VERB = re.compile(rf"^(?:免费|至少|再|累计|共)?(?!达到|增加[到至])(?P<verb>{DOING})")
# A clause that breaks off at a verb goes on behind the number: 每千人口配备2名乡村医生.
OPEN_END = re.compile(
    r"(?:配备|配齐|拥有|设有|有|设置|设立|建成|建好|建立|培养|派驻|选派|下派|预留|开具|确定|遴选|组建|拿出|覆盖|减免|安排|提供"
    r"|帮扶|支持|开展|完成|组织|举办)$"
)
BARE_HAVING = re.compile(r"(?:拥有|设有|有|建成|建好|完成|建立|组建|开展|组织|举办)$")
PER_PHRASE = re.compile(
    r"^每[^,]{0,12}?(?:人口|居民|儿童|乡镇|街道|行政村|村|县市?|区|市|卫生[室院]|医院|机构|中心|团队|医共体|张?床位?)$"
    r"|^每[^,]{0,8}\)$"
)
PER_TIME = re.compile(r"每人每年|每人每月|每季度|每年|每月|每周|每人次|每次(?!均)")
# Kinds of things of which one may stand for another: 二级医院 beside 三级医院基本药物占比.
ALIKE = tuple(
    re.compile(words)
    for words in (
        r"职工|居民|人员|儿童|患者|老年人|女孩|学生|对象|妇女",
        r"医院|卫生院|服务中心|服务站|机构|卫生室|诊所|药店",
        r"[一二三]级(?:及以[上下])?",
        r"[城郊]区|农村|城市",
    )
)
# Units of what is measured rather than counted: 健康步道20公里
_MEASURED = frozenset(
    [
        "公里",
        "千米",
        "米",
        "平方米",
        "平方公里",
        "立方米",
        "亩",
        "公顷",
        "吨",
        "克",
        "分",
        "岁",
        "度",
    ]
)
_SUFFIXES = {
    "人次": "人次", "例": "例数", "例次": "例次", "次": "次数", "场": "场次", "场次": "场次",
    "人": "人数", "名": "人数",
}  # fmt: skip


def cleaned(phrase: str) -> str:
    """A stretch of text before a number, cut down to what may be measured."""
    phrase = _ASIDE.sub("", _IDLE_BLANK.sub("", phrase)).strip("、,的: ").lstrip("(")
    phrase = _LEADING.sub("", _UNTIL.sub("", _LEADING.sub("", phrase)))
    inside = _CUE_INSIDE.search(phrase)
    attribute = MEASURE.search(phrase) and "的" in phrase  # 达到5级以上的医院占比
    if inside is not None and inside.start() >= 4 and not attribute:
        phrase = phrase[: inside.start()]
    phrase = _TRAILING.sub("", phrase).strip("、,的 ")
    whose = _WHOSE_BEHIND.match(phrase)
    if whose is not None:
        phrase = whose["who"] + whose["what"]
    return "" if _REGION_ONLY.match(phrase) else _PLAIN_VERB.sub("", phrase)[-40:]


def counted(noun: str, unit: str) -> str:
    """社区医院 -> 社区医院数, 引进人员 -> 引进人员数, 复明手术 -> 复明手术例数."""
    if MEASURE.search(noun) or unit in _MEASURED:
        return noun
    return noun + ("数" if noun.endswith(("人员", "人")) else _SUFFIXES.get(unit, "数"))
