from departments.models.department import Department, DepartmentAlias
from departments.models.people import Membership, User
from departments.models.region import Region

__all__ = ["Department", "DepartmentAlias", "Membership", "Region", "User"]
