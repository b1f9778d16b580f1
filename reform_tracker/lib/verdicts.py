"""May this be done? The answer carries its reason, for the grey button and for the API alike."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied


class Conflict(Exception):
    """The thing is no longer in a state that allows the act (HTTP 409)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Truthy when allowed; else `reason` says why not, in words for the user."""

    allowed: bool
    reason: str = ""
    # True: the person may, but the thing's state does not allow it now.
    is_conflict: bool = False

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Verdict(True)


def denied(reason: str) -> Verdict:
    """The person may not, whatever the state."""
    return Verdict(False, str(reason))


def conflict(reason: str) -> Verdict:
    """The person might, but not in the present state."""
    return Verdict(False, str(reason), is_conflict=True)


def require(verdict: Verdict) -> None:
    """Raise PermissionDenied (403) or Conflict (409) with the verdict's reason."""
    if verdict.allowed:
        return
    raise Conflict(verdict.reason) if verdict.is_conflict else PermissionDenied(verdict.reason)
