"""What a notice says about itself, as pages, exports and copies put it."""

from datetime import date

import pytest

from documents.parsing import parse_text

BODY = "各县（市、区）人民政府，市政府各部门：\n现将方案印发给你们，请认真贯彻执行。\n"
TITLE = "示范市人民政府办公室关于印发示范市健康行动实施方案的通知"
NUMBER = "示政办发〔2021〕7号"


def head(text):
    return parse_text(text).to_dict()["document"]


# --- title --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        "【政策文件】" + TITLE,
        "政务服务丨" + TITLE,
        TITLE + " |",
        "《" + TITLE + "》",
        NUMBER + " " + TITLE,
        NUMBER + "：" + TITLE,
        NUMBER + "《" + TITLE + "》",
        "政策库 政策 " + TITLE,
        "标  题 " + TITLE,
        "文件名称 | " + TITLE + " | 公开目录： | 政府文件 |",
        "示范市人民政府办公室\n关于印发示范市健康行动\n实施方案的\n通  知",
        "示范市人民政府办公室关于印发示范市健康行动实施方案\n" + TITLE,
        TITLE + ".docx",
    ],
)
def test_the_title_without_what_the_page_puts_around_it(lines):
    assert head(f"政务公开\n{lines}\n{BODY}")["title"] == TITLE


def test_a_title_goes_on_behind_the_plan_it_names():
    text = f"关于印发示范市健康行动三年计划\n（2023—2025年）的通知\n{BODY}"
    assert head(text)["title"] == "关于印发示范市健康行动三年计划（2023—2025年）的通知"
    assert (head(text)["year_start"], head(text)["year_end"]) == (2023, 2025)


def test_several_issuers_on_lines_of_their_own():
    text = f"示范市卫生健康委\n示范市财政局\n关于印发示范市健康行动实施方案的通知\n{BODY}"
    assert head(text)["title"].startswith("示范市卫生健康委示范市财政局关于印发")


def test_a_plan_that_is_only_cited_is_no_title():
    text = f"{BODY}示范市健康行动\n实施方案\n为贯彻落实《国务院关于印发某规划的通知》（国发〔2019〕3号），制定本方案。"
    assert head(text)["title"] == "示范市健康行动实施方案"


@pytest.mark.parametrize(
    ("letter", "title"),
    [
        ("《示范市健康行动方案》已经市政府同意，现印发给你们。", "示范市健康行动方案"),
        ("现将《〈政府工作报告〉任务分解表》印发给你们。", "《政府工作报告》任务分解表"),
        (
            "为落实《省政府关于印发某规划的通知》，我委制定了《示范市健康行动方案》，现印发给你们。",
            "示范市健康行动方案",
        ),
    ],
)
def test_the_plan_a_cover_letter_carries(letter, title):
    assert head(f"各区人民政府：\n{letter}\n示范市人民政府\n2021年4月2日")["title"] == title


def test_the_title_of_a_page_that_shows_a_plan_without_its_notice():
    text = "索引号：\n113307/2013-02249\n文件名称：\n示范市突发事件总体应急预案\n示范市突发事件\n一、总则"
    assert head(text)["title"] == "示范市突发事件总体应急预案"


def test_a_plan_title_with_its_years_on_a_line_below():
    text = (
        "附件：某规划分工方案\n示范市健康发展规划纲要\n（2016—2030年）实施分工方案\n一、主要任务\n"
    )
    assert head(text)["title"] == "示范市健康发展规划纲要（2016—2030年）实施分工方案"


# --- number -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "文号 | 示政办发〔2021〕7号 | 索引号 | 005/2021-00098 | 关键词 | |",
        "文号：\n示政办发〔2021〕7号\n收藏",
        "∙【字　　号】示政办发〔2021〕7号",
        "示政办发﹝2021﹞7号",
        "示政办发[2021]第7号 二○二一年四月二日",
        "发布机构：示范市政府办 文  号：示政办发〔2021〕7号",
        "示政办发〔2021〕7号附件1",
        "附件1（示政办发〔2021〕7号）",
    ],
)
def test_the_number_wherever_the_page_puts_it(line):
    text = f"{line}\n{TITLE}\n{BODY}根据《某意见》（国办发〔2018〕63号）制定。"
    assert head(text)["document_number"] == NUMBER


# --- dates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "issued"),
    [
        ("示政办发〔2021〕7号 二○二一年四月二日", date(2021, 4, 2)),
        ("示范市人民政府 202142", date(2021, 4, 2)),
        ("示范市人民政府\n（某局代章）\n2021 年 4 月 2 日", date(2021, 4, 2)),
        ("??\n???????示范市人民政府办公室\n??2021年4月2日", date(2021, 4, 2)),
        ("二〇二一年 四月 二日", date(2021, 4, 2)),
        ("示范市人民政府办公室\n2021.4.2", date(2021, 4, 2)),
    ],
)
def test_the_day_of_signature_in_every_form(lines, issued):
    assert parse_text(f"{TITLE}\n{BODY}{lines}\n一、任务\n").issued_on == issued


@pytest.mark.parametrize(
    "line",
    [
        "公开日期：2021-04-01 发布日期：2021-04-09 10:20",
        "索引号：0125主题分类：医改来源：某办发布时间：2021-04-09 19:26:54浏览次数：45",
        "发文机关 发布时间 2021年04月09日",
        "2021年04月09日 示范市卫生健康委员会",
        "∙【公布日期】2021.04.09",
        "成文日期： 发布日期：2021-04-09",
    ],
)
def test_the_day_the_page_was_published(line):
    document = parse_text(f"{TITLE}\n{line}\n{BODY}示范市人民政府办公室\n2021年4月2日\n")
    assert (document.published_on, document.issued_on) == (date(2021, 4, 9), date(2021, 4, 2))


def test_the_signature_comes_before_what_the_page_calls_the_day():
    page = f"成文日期：2021-04-09\n{TITLE}\n{BODY}"
    assert parse_text(page + "示范市人民政府办公室\n2021年4月2日").issued_on == date(2021, 4, 2)
    assert parse_text(page).issued_on == date(2021, 4, 9)


def test_a_day_of_effect_is_no_day_of_publication():
    text = f"生效日期： | 2021-10-31 | 废止日期： | |\n{TITLE}\n{BODY}"
    assert parse_text(text).published_on is None


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("示范市“十三五”深化医改实施方案", (2016, 2020)),
        ("示范市十四五卫生健康规划", (2021, 2025)),
        ("关于印发2016年工作总结和2017年工作要点的通知", (2016, 2017)),
        ("示范市落实二十五项措施的实施方案", (2021, 2021)),
    ],
)
def test_years(title, years):
    document = parse_text(f"{title}\n各区人民政府：\n示范市人民政府\n2021年3月1日")
    assert (document.year_start, document.year_end) == years


def test_the_number_tells_the_year_before_the_page_does():
    document = parse_text(f"{TITLE}\n{NUMBER}\n发布时间：2023-09-01\n{BODY}")
    assert (document.year_start, document.year_end) == (2021, 2021)


# --- issuer and region ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "region"),
    [
        (
            "国办发〔2022〕14号\n各省、自治区、直辖市人民政府：\n《某任务》已经同意，现印发给你们。",
            "全国",
        ),
        (
            "陕政办发〔2012〕29号\n各市人民政府，省政府各部门：\n《某计划》已经省政府同意，现印发给你们。",
            "陕西省",
        ),
        ("落实健康行动推进健康泰州建设实施方案\n各市（区）人民政府：", "泰州市"),
        ("市政府办公室关于印发某方案的通知\n各区人民政府，徐州经济技术开发区管委会：", "徐州市"),
        ("市政府办公室关于印发某方案的通知\n【制定机关】武汉市人民政府办公厅", "武汉市"),
        ("内蒙古自治区全面推开旗县级公立医院改革方案\n各盟行政公署：", "内蒙古自治区"),
        ("邹城市建设国家健康城市三年行动方案\n各镇人民政府：", "邹城市"),
        ("宁波市城市公立医院综合改革实施方案\n各县人民政府：", "宁波市"),
        ("池州市贵池区2020年食品安全重点工作安排", "池州市贵池区"),
        ("中共云南省委云南省人民政府关于推进某事的实施意见", "云南省"),
        ("渝北区2024年卫生健康工作要点\n版权所有：重庆市渝北区人民政府办公室", "重庆市渝北区"),
        ("关于进一步做好社区卫生服务工作的意见\n各街道办事处：", None),
        # A page of the city that carries the province's plan.
        ("发布机构：榆林市卫生局\n陕西省深化医改实施方案\n各设区市人民政府：", "陕西省"),
    ],
)
def test_the_region(text, region):
    assert parse_text(text + "\n一、任务\n1.推进改革。").region == region


def test_an_issuer_ends_where_it_begins_to_act():
    title = "示范省人民政府贯彻国务院关于推进某事的指导意见的实施意见"
    document = parse_text(f"{title}\n各市人民政府：")
    assert (document.issuer, document.title) == ("示范省人民政府", title)


# --- line ends lost -------------------------------------------------------------------------------


def test_the_head_of_a_page_on_one_line():
    spaced = (
        "示政办字〔2021〕19 号 示范市人民政府办公室 关于印发示范市建设健康城市 实施方案（2021—2023 年）的通知 "
        "各镇人民政府，市政府有关部门： 《示范市建设健康城市实施方案（2021—2023年）》已经市政府同意，现印发给你们，请 "
        "结合实际，认真执行。 示范市人民政府办公室 2021 年 5 月 12 日 （此件公开发布） 为提高全市人民健康水平，制定本方案。 "
        "一、总体要求 （一）指导思想 坚持预防为主、防治结合。 （二）工作思路 一年打基础，三年见成效。 "
        "二、主要任务 1.改善环境。新建公园3个。（市住建局负责） 2.优化服务。完善设施。（市卫健局负责） "
        "三、保障措施 各单位要高度重视，抓好落实，确保各项任务按期完成，并及时总结经验、加强宣传，营造良好氛围。"
    )
    document = parse_text(spaced)
    assert document.title.endswith("关于印发示范市建设健康城市实施方案（2021—2023年）的通知")
    assert document.document_number == "示政办字〔2021〕19号"
    assert (document.issuer, document.issued_on) == ("示范市人民政府办公室", date(2021, 5, 12))
    assert [task.title for task in document.tasks] == ["改善环境", "优化服务"]


def test_the_head_of_a_page_without_any_blanks():
    document = parse_text(
        "国办发〔2022〕14号各省、自治区、直辖市人民政府，国务院各部委、各直属机构：《深化医改2022年重点工作任务》已经国务院"
        "同意，现印发给你们，请认真组织实施。2022年5月4日深化医改2022年重点工作任务改革要坚持以人民为中心。一、加快构建"
        "有序的就医格局（一）发挥国家医学中心的引领作用。出台工作方案。（国家卫生健康委负责）（二）发挥省级高水平医院的辐射"
        "作用。依托现有资源规划建设。（国家发展改革委负责）二、深入推广经验（三）加大推广力度。各地建立机制。（各地负责）"
    )
    assert document.document_number == "国办发〔2022〕14号"
    assert document.issued_on == date(2022, 5, 4)
    assert document.region == "全国"
    assert len(document.tasks) == 3
