"""What the API answers when something cannot be done: the status, and why in words."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from reform_tracker.lib.verdicts import Conflict


class ConflictError(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


def explain(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Services speak Django; a client gets 409 for Conflict, 400 for ValidationError, 403 with the
    reason for PermissionDenied, and the same 404 for a missing row and one out of scope."""
    return exception_handler(_for_clients(exc), context)


def _for_clients(exc: Exception) -> Exception:
    if isinstance(exc, Conflict):
        return ConflictError(str(exc))
    if isinstance(exc, Http404):
        return exceptions.NotFound()
    if isinstance(exc, ValidationError):
        if hasattr(exc, "error_dict"):
            return exceptions.ValidationError(exc.message_dict)
        return exceptions.ValidationError({"detail": exc.messages})
    return exc
