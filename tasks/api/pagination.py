"""Pages of lists, for every resource alike."""

import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request


class Pages(PageNumberPagination):
    """`page` and `page_size`, at most 200 rows at once."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_page_size(self, request: Request) -> int | None:
        """Like Django REST framework's, but nonsense is refused rather than ignored."""
        asked: Any = request.query_params.get("page_size", self.page_size)
        # Nine digits at most: Python refuses to read a number of thousands.
        if not re.fullmatch(r"0*[1-9][0-9]{0,8}", str(asked)):
            raise ValidationError({"page_size": [_("每页条数应为1到200之间的整数。")]})
        return super().get_page_size(request)
