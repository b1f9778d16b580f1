"""What a body's field is, told from its name: 卫生健康, 医保, 财政 …, or that it is no department.

A rule reads: the value of `Department.Kind`, then the words that tell it. The first that fits wins, so
what is no department stands before, and what has a narrower field before what has a wider one.
"""

import re

from departments.naming.reading import plain

_RULES = """
financial_regulation ^(?!.*公司).*(?:人民银行|银保监|银监|保监|证监|金融监管|地方金融|金融办|委金融|外汇管理)
enterprise 公司|集团|银行|电网|供电|联社$|邮政储蓄|企业
ad_hoc 领导小组$|指挥部|专班|联席会议|医改办|创建办|推进办
medical_institution 医院|卫生院|诊所|医疗机构|卫生服务中心|卫生室|血站|血液中心|急救中心|疾病预防控制中心|妇幼保健|卫生监督所|卫生监督局|医共体|医联体|疗养院|采供血
school 学校|大学|学院$|高校|幼儿园|党校|研究院|科学院|设计院|研究所
government 政府$|管委会|管理委$|办事处|^各.*[县市区州盟旗乡镇街道]$|园区$|开发区$|高新区$
association 协会|学会|商会|基金会|慈善总会
mass_organisation 总工会|妇联|残联|^共?青?团.*委$|红十字会|科协|工商联|文联|侨联|贸促会|关工委|计生协
organisation_office 编办
disease_control 疾病预防控制
tcm 中医药
health 卫生|爱卫办|老龄办|新农合|合管
medical_insurance 医疗保障|医疗保险
family_planning 人口计生
drug 食品药品|药品监管|食安办|食药安办
market 市场监管|工商|质量技术监督|知识产权
office 政府办|^(?:[省市县区州盟旗])?委办$|政府研究室|督查室|督考|参事|机要|保密
party 委(?:组织|宣传|统战|政法|政研|老干|社工|网信|改革|文明|巡察|直属|保密|农村工作|农办|台)|组织部|宣传部|统战部|政法委|社工部|网信办|政研室|改革办|文明办|巡察办|机关工委|老干部|农办|教育工委
supervision 纪委|监委|监察
veterans 退役军人|双拥
human_resources 人力资源|劳动保障|人事|就业|社会保险|公务员
emergency 应急|安全生产|消防|地震
statistics 统计|调查队
audit 审计
finance 财政|国库|财税
tax 税务|国税|地税
state_assets 国有资产
reform 发展改革|计划委
pricing 物价|价格
grain 粮食
data 数据
government_services 行政审批|政务|公共资源|招标采购|采购办|采购中心|机关事务|招采
industry 工业|经济信息|经济贸易|经济委|中小企业|国防科工|通信管理|烟草|无线电
commerce 商务|招商|投资促进|口岸|海关|供销|合作交流|商业
education 教育
science 科技|科学技术|外国专家
public_security 公安|交警|派出所
justice 司法|法制
court 法院|检察院
civil_affairs 民政
land 自然资源|国土|规划|测绘
environment 环境
housing 住房|建设|房管|房产|公积金|人防|民防|园林
transport 交通|公路|铁路|民航|邮政|港口|港航|海事
water 水利|水务|河务
forestry 林业
agriculture 农业|农村工作|农牧|畜牧|农林|渔业|扶贫|乡村振兴|农机
culture 文化|文旅|旅游|广电|新闻出版|文物|广播
sports 体育
urban_management 城市管理|行政执法|市容
ethnic_religious 民族|宗教
foreign_affairs 外办|侨办|外事|侨务|港澳|台办
petition 信访
meteorology 气象
archives 档案|地方志|史志|方志
military 军区|武警|人武部|军分区|武装部
"""
_TELLING = [
    (kind, re.compile(pattern))
    for kind, pattern in (line.split(maxsplit=1) for line in _RULES.strip().splitlines())
]


def kind_of(name: str) -> str:
    """The value of `Department.Kind` the name speaks for; `other` where it says nothing."""
    text = plain(name)
    return next((kind for kind, pattern in _TELLING if pattern.search(text)), "other")


# 各区人民政府 of a city are counties' governments, 各镇 of a county are below every region on record.
_BELOW = [
    ("town", re.compile(r"^各?(?:有关|相关)?[^省州]*(?:乡镇|街镇|镇街|乡|镇|街道)")),
    ("county", re.compile(r"^(?:各|有关|相关)+[^省州]*[县区旗]")),
    ("prefecture", re.compile(r"^各[州市盟]")),
]
_OF_EVERY_LEVEL = re.compile(r"^(?:各级|各有关|各相关|有关|相关|公立)")


def level_of(name: str, region_level: str) -> str:
    """The level a body works at: its region's, the one below for 各区人民政府, none for 各级医院."""
    if _OF_EVERY_LEVEL.match(name):
        return ""
    return next((level for level, pattern in _BELOW if pattern.match(name)), region_level)
