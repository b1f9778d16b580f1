from departments.models.department import Department, DepartmentAlias
from departments.models.people import Membership, User
from departments.models.region import Region, RegionName
from departments.models.succession import SuccessionEvent, SuccessionLink

__all__ = [
    "Department",
    "DepartmentAlias",
    "Membership",
    "Region",
    "RegionName",
    "SuccessionEvent",
    "SuccessionLink",
    "User",
]
