"""The title of a notice: its own (关于印发…的通知), else that of the plan it carries."""

from __future__ import annotations

import re
from collections import Counter

from documents.parsing import vocabulary
from documents.parsing.fields import Field, Piece, values
from documents.parsing.folding import fold
from documents.parsing.issue_dates import date_alone
from documents.parsing.issuers import SIGNATURE
from documents.parsing.markers import read_marker
from documents.parsing.places import place_at
from documents.parsing.tables.columns import role_of

_NOTICE_KIND = r"(?:通知|通告|公告|通报|意见|决定|决议|批复|函|方案|预案|办法|规定|细则|措施|规划|纲要|计划|要点|安排|报告)"
_PLAN_KIND = rf"(?:{_NOTICE_KIND}|清单|任务|分工|表|台账|目标|部署|总结|工程|行动)"
_FULL_KIND = rf"(?:{_NOTICE_KIND}|清单|表)$"
_ASIDE = r"(?:\([^()]{2,24}\))?"

_NOTICE = re.compile(
    r"^(?P<issuer>[^。,;!?《》()]{0,60}?)关于"
    r"(?:(?:印发|转发|批转|下达|公布|下发)[^。;!?]{4,120}?的?\s?(?:通\s?知|公告|决定|函|批复)"
    rf"|(?!印发|转发|批转|下达|公布|下发)[^。;!?]{{4,120}}?的?\s?{_NOTICE_KIND}){_ASIDE}$"
)
_NOTICE_BEGIN = re.compile(r"^[^。,;:!?《》]{0,40}(?:关于[^。]{0,80}|批转|转发)$")
_PLAN = re.compile(rf"^[^。,;:!?>]{{2,70}}{_PLAN_KIND}{_ASIDE}$")
# (2016—2030年)实施方案, (试行) on the line below
_TITLE_END = re.compile(
    rf"^\([^()]{{0,16}}(?:年|试行|暂行|稿|版)[^()]{{0,6}}\)(?:[^。,;:!?]{{0,30}}{_PLAN_KIND})?$"
)
_YEARS_BEHIND = re.compile(r"\([^()]{0,8}20\d\d[^()]{0,10}\)$")
_ANNEXED = re.compile(r"^附件?\s?[\d一二三四五六七八九十]{0,2}\s?[:.、]\s?(?P<plan>.+)$")
_MAY_BEGIN = re.compile(r"关于|(?:批转|转发)$")
_BREAKS_TITLE = re.compile(r"[。,:;>]")
# 《甲实施方案》已经…同意, 现将《甲实施方案》印发: a cover letter's plan. 根据《甲规划》 only cites.
_COVERED = re.compile(
    r"(?P<before>[^。《》]{0,30})《(?P<plan>(?:[^《》]|《[^《》]*》){4,100})》(?P<after>[^。《》]{0,40})"
)
_CARRIES = re.compile(r"(?:将|制定了?|制订了?|拟定的?|修订了?|起草的?|形成了?)$")
_HANDS_OUT = re.compile(r"印发|转发|下发|发给|同意|通过|批准")
_CITES = re.compile(r"根据|按照|依据|贯彻|落实|执行|结合")

# 【政策文件】, 政务服务丨
_LEAD = re.compile(r"^(?:【[^【】]{1,12}】|\[[^\[\]]{1,12}\]|[^《》。]{1,10}[丨｜])\s?")
_FILE = re.compile(r"\.(?:docx?|wps|pdf|txt|html?|xlsx?)$", re.I)
_STRAY_END = re.compile(r"(?<=[知见定告复函案])\d{1,2}$")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TITLE_LINES = 4
_SHORTEST, _LONGEST = 8, 160
_HEAD_PIECES = 120


def find_title(pieces: list[Piece], fields: list[Field], first_item: int) -> tuple[int, str]:
    """The line where the notice begins, and its title."""
    notices = [
        (pieces[index].line, title)
        for index in range(len(pieces))
        if (title := _notice_title(pieces, index)) is not None
    ]
    for field in values(fields, "title"):
        if _NOTICE.match(fold(title := _bare(field.shown))):
            notices.append((field.line, title))
    if not notices:
        for field in values(fields, "title"):
            if _PLAN.match(fold(title := _bare(field.shown))) and len(title) >= _SHORTEST:
                return field.line, title
        return _plan_title([piece for piece in pieces if piece.line < first_item][:_HEAD_PIECES])
    counts = Counter(re.sub(r"\s", "", title) for _, title in notices)
    first = {re.sub(r"\s", "", title): line for line, title in sorted(notices, reverse=True)}
    best = max(counts, key=lambda title: (counts[title], -first[title]))
    # The last one above the text stands where the notice itself begins: a page repeats it.
    above = [n for n, title in notices if re.sub(r"\s", "", title) == best and n < first_item]
    return max(above, default=first[best]), best


def _notice_title(pieces: list[Piece], index: int) -> str | None:
    """The title that begins with this piece, also when it is centred on several lines."""
    piece = pieces[index]
    if not _MAY_BEGIN.search(piece.text) or len(piece.text) > _LONGEST or read_marker(piece.text):
        return None
    if vocabulary.CHROME.match(piece.text) or piece.text.endswith((":", "。")):
        return None
    shown = _bare(piece.shown)
    end = index
    while not _NOTICE.match(fold(shown)):
        end += 1
        if (
            end == len(pieces)
            or end - index == _TITLE_LINES
            or not _NOTICE_BEGIN.match(fold(shown))
        ):
            return None
        following = pieces[end].text
        if len(following) > 50 or _BREAKS_TITLE.search(following) or _begins_anew(shown, following):
            return None
        shown += pieces[end].shown.replace(" ", "")
    if _CITES.match(shown):
        return None
    if shown.startswith("关于"):
        while index > 0 and _is_issuer_line(pieces[index - 1]):
            index -= 1
            shown = pieces[index].shown + shown
    return shown


def _begins_anew(shown: str, following: str) -> bool:
    """Is the next line a title with an issuer of its own? A page may have cut the one before."""
    return "关于" in shown and bool(SIGNATURE.match(following.partition("关于")[0]))


def _is_issuer_line(piece: Piece) -> bool:
    return bool(SIGNATURE.match(piece.text)) and not vocabulary.CHROME.match(piece.text)


def _bare(shown: str) -> str:
    """Without what a page puts around a title: 【政策文件】, .doc, words of a menu, 《》 around it all."""
    text = _STRAY_END.sub("", _FILE.sub("", _LEAD.sub("", shown.strip())))
    if text.startswith("《") and text.endswith("》") and text.count("《") == text.count("》") == 1:
        text = text[1:-1]
    for blank in reversed(list(re.finditer(r"\s", text))):
        match = _NOTICE.match(fold(text[blank.end() :]))
        before = fold(text[: blank.start()])
        if match and SIGNATURE.match(match["issuer"]) and not SIGNATURE.match(before):
            return text[blank.end() :]
    return text


# --- a plan without its notice ------------------------------------------------------------------


def _plan_title(pieces: list[Piece]) -> tuple[int, str]:
    for piece in pieces:
        for match in _COVERED.finditer(piece.text):
            carried = _CARRIES.search(match["before"]) or not _CITES.search(match["before"])
            if carried and _HANDS_OUT.search(match["after"]):
                return piece.line, _out_of_brackets(piece.shown[slice(*match.span("plan"))])
    for index, piece in enumerate(pieces):
        if not _may_be_title(piece) or not _PLAN.match(piece.text):
            continue
        shown = piece.shown
        if index > 0 and _continues_title(pieces[index - 1], piece):
            shown = pieces[index - 1].shown + shown
        below = pieces[index + 1] if index + 1 < len(pieces) else None
        if below and (_TITLE_END.match(below.text) or _completes(piece, below)):
            shown += below.shown
        if len(shown) >= _SHORTEST:
            return piece.line, _bare(shown)
    for piece in pieces:
        annexed = _ANNEXED.match(piece.text)
        if annexed and _PLAN.match(annexed["plan"]) and len(annexed["plan"]) >= _SHORTEST:
            return piece.line, piece.shown[annexed.start("plan") :]
    for piece in pieces:
        if (
            _may_be_title(piece)
            and len(_HAN.findall(piece.text)) >= 4
            and len(piece.text) <= 60
            and not _BREAKS_TITLE.search(piece.text)
        ):
            return piece.line, piece.shown
    return 0, ""


def _may_be_title(piece: Piece) -> bool:
    return (
        read_marker(piece.text) is None
        and not vocabulary.CHROME.match(piece.text)
        and not vocabulary.ANNEX.match(piece.text)
        and date_alone(piece.text) is None
        and not piece.in_list
        and not (piece.is_cell and role_of(piece.text))  # the name of a table's column
    )


def _continues_title(before: Piece, piece: Piece) -> bool:
    """Is this the second line of a title that began on the line before?"""
    words = _YEARS_BEHIND.sub("", before.text)  # 深化改革(2013—2015年) / 重点任务分解表
    if not 4 <= len(words) <= 40 or re.search(r"[。,:;!?>]$|[。:;!?>()]", words):
        return False
    if not _may_be_title(before) or SIGNATURE.match(before.text) or piece.line - before.line > 1:
        return False
    if before.text.endswith("、") or len(piece.text) < 14:
        return True
    return place_at(before.text) is not None and place_at(piece.text) is None


def _completes(piece: Piece, below: Piece) -> bool:
    """示范市健康行动 / 实施方案: the first line alone might be a title, too."""
    return (
        not re.search(_FULL_KIND, piece.text)
        and bool(re.search(_FULL_KIND, below.text))
        and len(below.text) < 14
        and _may_be_title(below)
    )


def _out_of_brackets(title: str) -> str:
    """《〈政府工作报告〉任务分解表》: the inner brackets become the outer ones."""
    if "《" in title:
        return title
    return title.translate(str.maketrans("〈〉＜＞<>", "《》《》《》"))
