"""What a body's field is, so that a name nobody knows can be offered the body of the same field."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    HEALTH = "health", _("卫生健康")
    MEDICAL_INSURANCE = "medical_insurance", _("医疗保障")
    FINANCE = "finance", _("财政")
    HUMAN_RESOURCES = "human_resources", _("人力资源和社会保障")
    REFORM = "reform", _("发展改革")
    PRICING = "pricing", _("物价")
    ORGANISATION_OFFICE = "organisation_office", _("机构编制")
    DRUG = "drug", _("食品药品监管")
    MARKET = "market", _("市场监管")
    DISEASE_CONTROL = "disease_control", _("疾病预防控制")
    TCM = "tcm", _("中医药")
    FAMILY_PLANNING = "family_planning", _("人口计生")
    CIVIL_AFFAIRS = "civil_affairs", _("民政")
    VETERANS = "veterans", _("退役军人")
    EDUCATION = "education", _("教育")
    SCIENCE = "science", _("科技")
    INDUSTRY = "industry", _("工业和信息化")
    COMMERCE = "commerce", _("商务")
    DATA = "data", _("数据")
    GOVERNMENT_SERVICES = "government_services", _("政务服务和公共资源")
    PUBLIC_SECURITY = "public_security", _("公安")
    JUSTICE = "justice", _("司法行政和法制")
    LAND = "land", _("自然资源和规划")
    ENVIRONMENT = "environment", _("生态环境")
    HOUSING = "housing", _("住房城乡建设")
    TRANSPORT = "transport", _("交通运输")
    URBAN_MANAGEMENT = "urban_management", _("城市管理")
    WATER = "water", _("水利")
    FORESTRY = "forestry", _("林业")
    AGRICULTURE = "agriculture", _("农业农村")
    GRAIN = "grain", _("粮食")
    CULTURE = "culture", _("文化旅游")
    SPORTS = "sports", _("体育")
    STATISTICS = "statistics", _("统计")
    AUDIT = "audit", _("审计")
    TAX = "tax", _("税务")
    FINANCIAL_REGULATION = "financial_regulation", _("金融")
    STATE_ASSETS = "state_assets", _("国有资产")
    EMERGENCY = "emergency", _("应急管理")
    ETHNIC_RELIGIOUS = "ethnic_religious", _("民族宗教")
    FOREIGN_AFFAIRS = "foreign_affairs", _("外事侨务")
    PETITION = "petition", _("信访")
    METEOROLOGY = "meteorology", _("气象")
    ARCHIVES = "archives", _("档案史志")
    SUPERVISION = "supervision", _("纪检监察")
    OFFICE = "office", _("党委、政府办公室")
    PARTY = "party", _("党委工作部门")
    COURT = "court", _("法院、检察院")
    MASS_ORGANISATION = "mass_organisation", _("群团组织")
    AD_HOC = "ad_hoc", _("议事协调机构")
    GOVERNMENT = "government", _("各级政府、管委会")
    MEDICAL_INSTITUTION = "medical_institution", _("医疗卫生机构")
    SCHOOL = "school", _("院校、科研机构")
    ENTERPRISE = "enterprise", _("企业")
    ASSOCIATION = "association", _("社会组织")
    MILITARY = "military", _("军队、武警")
    OTHER = "other", _("其他")


# They answer for tasks like a department, but are none.
NO_DEPARTMENTS = frozenset(
    {
        Kind.GOVERNMENT,
        Kind.MEDICAL_INSTITUTION,
        Kind.SCHOOL,
        Kind.ENTERPRISE,
        Kind.ASSOCIATION,
        Kind.MILITARY,
    }
)
