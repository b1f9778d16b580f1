"""Word lists of official Chinese writing. General words only: no notice, no city's own office."""

from __future__ import annotations

import re

# Provinces by their short names: a body whose name begins with one (天津保监局, 江苏证监局) already
# says where it belongs, so no level is carried over to it.
PROVINCES = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江",
    "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川",
    "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆", "香港", "澳门", "台湾",
)  # fmt: skip

# Headings that frame a plan and hold no tasks of their own.
FRAMING = re.compile(
    r"总体要求|总体思路|总体目标|指导思想|基本原则|工作原则|工作思路|主要目标|工作目标|发展目标"
    r"|改革目标"
    r"|目标要求|工作背景|形势|重要意义|重大意义|充分认识|基本情况|工作回顾|主要成[绩效]|现状"
    r"|保障措施|保障机制|组织保障|组织领导|组织实施|工作保障|工作要求|有关要求|相关要求|实施步骤"
    r"|工作步骤|方法步骤|时间安排|进度安排|阶段安排|实施范围|适用范围|工作机构|领导机构|机构设置"
    r"|监督考核|督查考核|督导考核|监督管理和考核|附则|强化保障|保障落实|抓好落实|推进落实|狠抓落实"
)
# … unless the same heading also announces tasks (总体要求和主要任务, 目标任务).
TASK_SECTION = re.compile(
    r"任务|主要工作|重点工作|工作安排|工作内容|主要措施|主要举措|工作措施|重点举措|改革内容"
)
# Sections whose numbers are the whole document's targets.
GOAL_SECTION = re.compile(r"目标")

# How the name of a public body ends. Used to tell a department from other words in a parenthesis.
BODY_SUFFIX = re.compile(
    r"(?:委员会|委员|办公厅|办公室|指挥部|领导小组|工作组|工作专班|专班|联席会议|管委会|居委会"
    r"|村委会"
    r"|人民政府|政府|办事处|街道|街镇|镇街|乡镇|镇|乡|总工会|工会|联合会|协会|学会|商会|基金会"
    r"|红十字会"
    r"|妇联|残联|文联|科协|工商联|侨联|团[省市区县州]?委|共青团|法院|检察院|科学院|研究院|设计院"
    r"|学院|大学"
    r"|学校|高校|医院|卫生院|海关|税务|银行|分行|支行|公司|集团|企业|中心|平台|总队|支队|大队"
    r"|分局|总局"
    r"|局|委|办|厅|部|署|院|社|会|处|科|室|股|站|所|队|馆|台|校|园区|开发区|高新区|新区|示范区|自贸区"
    r"|工业园"
    r"|[各省市区县州盟旗][县市区州盟旗]|市区|区县|县区|兵团|单位|部门|机构|党组|纪委|监委"
    r"|纪检监察组"
    r"|主体|协作区|试验区|功能区|片区|度假区|管理区|保税区|合作区|公安|电网|供电|邮政|联社)$"
)
# Ends after which the level of the list is carried over: offices of a government or party.
# Companies, hospitals, schools and whole governments keep their own name.
CARRIED_SUFFIX = re.compile(
    r"(?:局|委|办|厅|部|委员会|办公厅|办公室|中心|总工会|工会|妇联|残联|科协|文联|工商联|红十字会"
    r"|联合会"
    r"|法院|检察院|供销社|社|署|指挥部|总队|支队)$"
)
# Bodies that belong to no level of the list, whatever stands before them.
OWN_LEVEL = re.compile(
    r"^(?:各|有关|相关|其他|全|国家|中央|中国|国务院|国网|人民银行|人行|银保监|驻|辖区|属地|本|所在"
    r"|乡镇|镇|乡|街道|村|开发区|高新区|经开区|新区|园区|管委会|团[省市区县州]委|[一二三]级)"
    r"|^[\u4e00-\u9fff]{2,8}(?:银保监|保监|银监|证监|金融监管)(?:分)?局$"
    r"|^[\u4e00-\u9fff]{2,8}?(?:省|市|区|县|州|盟|旗|镇|乡|街道|开发区|新区)"
    r"(?:人民政府|政府|委|管委会|办事处|$|[\u4e00-\u9fff]{1,12}(?:局|委|办|厅)$)"
)
# The level a name carries in front. 市场监管局 and 市政公用局 begin with the word, not the level.
LEVEL = re.compile(
    r"^(?:自治区|自治州|自治县|兵团|省|州|盟|旗|县(?!域)"
    r"|市(?!场监|场局|场和|政公用|政工程|政园林|政管理|政设施|容)|区(?!域|块|划))"
)

# Lines of a web page around the notice: nothing below one belongs to a task.
CHROME = re.compile(
    r"^[\W_]{0,4}(?:附件下载|相关(?:报道|文件|专题|链接|阅读|新闻|解读|附件|信息|政策|文档|稿件)"
    r"|分享到|分享|打印"
    r"|关闭(?:窗口|本页)?|视频[::]|图解[::]|解读[::]|上一篇|下一篇|上一条|下一条|版权所有"
    r"|版权保护|主办单位[::]"
    r"|主办[::]|承办[::]|承办单位[::]|技术支持|网站(?:地图|标识码|声明|链接|首页|联系)"
    r"|.{0,6}ICP备|.{0,8}公网安备"
    r"|验证码|全部评论|发表评论|责任编辑|来源[::]|信息来源|扫一扫|扫码|详细咨询|关注微信|打开微信"
    r"|抄送|抄报|主送"
    r"|转第|下载|保留字段|页面宽度|发布(?:部门|时间|日期|机构)|发文(?:字号|机关|日期)|成文日期"
    r"|实施日期"
    r"|时效性|有效性|效力级别|法规类别|主题分类|索引号|政策咨询|联系(?:人|电话|方式)|咨询电话"
    r"|浏览次数|访问量"
    r"|总访问量|字体[::]|字号[::]|当前位置|您(?:的|当前|现在)?(?:的)?位置|首页|返回|我要纠错"
    r"|本级?网站|站点关键词"
    r"|网站主办|政府网站|无障碍|收藏|朗读|此件(?:公开|主动|依申请|不予)|\(此件|政策解读|文件下载"
    r"|点击下载)"
)
ANNEX = re.compile(
    r"^附件?\s{0,2}[\d一二三四五六七八九十]{0,2}\s{0,2}(?:[::]|$)|^附件\d{1,2}[.、]?"
)
# A closing paragraph of a notice speaks to everyone and is no part of the last task.
CLOSING = re.compile(
    r"^(?:各(?:地区|地|级|区|县|市|镇|乡|街道|部门|单位|责任单位|牵头|有关|相关|乡镇"
    r"|委办局)[^。]{0,40}?(?:要|应|须)"
    r"|本(?:通知|方案|意见|办法|计划|安排|要点)自|以上(?:各项|任务|工作)|请(?:各|遵照|认真))"
)
