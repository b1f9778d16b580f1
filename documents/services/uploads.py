"""Importing as a job: the file is stored at once, read by a worker, and nothing is lost between.

A row is the job. Nothing is published to a broker: beat calls the sweep every few seconds, which
claims what waits, and also what a worker left behind when it died.
"""

import datetime as dt
import hashlib
import logging
import time
from pathlib import PurePath
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.models import Region, User
from documents.models import PolicyDocument, Upload
from documents.parsing import Busy, UnreadableDocument, is_quick, refuse_at_a_glance
from documents.services.importing import AlreadyImported, import_document, refuse_known_file
from reform_tracker.audit.models import record

logger = logging.getLogger(__name__)

# Longer than reading one file can take: waiting for a turn and the child's limits, with a margin.
LEASE = dt.timedelta(minutes=3)
MOST_ATTEMPTS = 3
# Beat calls every two seconds; a run ends soon, so that it never holds up other jobs for long.
RUN_SECONDS = 20.0
KEPT = dt.timedelta(days=7)

Status = Upload.Status


def receive(*, data: bytes, filename: str, actor: Any, region: Region | None = None) -> Upload:
    """Store the file; it is read later, or at once when that takes no time.

    The same file again gives the upload that is there, or raises AlreadyImported; a program, a
    picture and the like raise UnreadableDocument and are not stored.
    """
    refuse_at_a_glance(data, filename)
    digest = hashlib.sha256(data).hexdigest()
    refuse_known_file(digest)
    with transaction.atomic():
        clear_old()
        # Two clicks on 导入 are one upload: the second waits for the first one's lock.
        User.objects.select_for_update().get(pk=actor.pk)
        same = Upload.objects.of(actor).unsettled().filter(sha256=digest).first()
        upload = same or _store(data, filename, digest, actor, region)
        if upload.status == Status.REGION_NEEDED and region is not None:
            _put_back(upload, region)
    return _read_if_quick(upload, data)


def _read_if_quick(upload: Upload, data: bytes) -> Upload:
    """What is read in less than a second need not wait for a worker."""
    if upload.status == Status.WAITING and is_quick(data) and (taken := claim(upload.pk)):
        read(taken)
        return taken
    return upload


def _store(data: bytes, filename: str, digest: str, actor: Any, region: Region | None) -> Upload:
    name = PurePath(filename).name[:200]
    upload = Upload(created_by=actor, name=name, sha256=digest, region=region)
    upload.file.save(filename, ContentFile(data), save=False)
    upload.save()
    record(actor=actor, action="file_uploaded", subject=upload, detail={"sha256": digest})
    return upload


def choose_region(*, upload: Upload, region: Region, actor: Any) -> Upload:
    """Import a file that names no region, or another office's, into the region chosen for it."""
    with transaction.atomic():
        upload = Upload.objects.select_for_update().get(pk=upload.pk)
        if upload.status != Status.REGION_NEEDED:
            return upload  # the second click
        _put_back(upload, region)
        record(actor=actor, action="region_chosen", subject=upload, detail={"name": region.name})
    with upload.file.open("rb") as file:
        return _read_if_quick(upload, file.read())


def _put_back(upload: Upload, region: Region | None) -> None:
    upload.region = region
    upload.status, upload.reason, upload.document = Status.WAITING, "", None
    upload.attempts, upload.claimed_until = 0, None
    upload.save()


# --- the worker's side ----------------------------------------------------------------------------


def work_off(seconds: float = RUN_SECONDS) -> int:
    """Read what waits, oldest first, for at most `seconds`; returns how many were taken."""
    taken = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until and (upload := claim()):
        read(upload)
        taken += 1
        if upload.status == Status.WAITING:
            break  # everybody is busy: later
    return taken


@transaction.atomic
def claim(pk: int | None = None) -> Upload | None:
    """Take the next file, or this one, for the length of a lease; None when nothing is due."""
    now = timezone.now()
    rows = Upload.objects.due(now).order_by("created_at", "pk")
    if pk is not None:
        rows = rows.filter(pk=pk)
    upload = rows.select_for_update(skip_locked=True).first()
    if upload is None:
        return None
    upload.status = Status.READING
    upload.claimed_until = now + LEASE
    # Counted now: a file that kills its worker must not be tried for ever.
    upload.attempts += 1
    upload.save(update_fields=["status", "claimed_until", "attempts"])
    return upload


def read(upload: Upload) -> None:
    """Import a claimed file, outside any transaction, and write down what came of it."""
    if upload.attempts > MOST_ATTEMPTS:
        _settle(upload, Status.FAILED, _("多次读取都没有完成。请另存为.docx或.txt后重新上传。"))
        return
    if not upload.created_by.is_active:
        _settle(upload, Status.FAILED, _("账号已停用，没有导入。"))
        return
    try:
        with upload.file.open("rb") as file:
            data = file.read()
        document = import_document(
            data=data, filename=upload.name, actor=upload.created_by, region=upload.region
        )
    except AlreadyImported as error:
        if _is_own(upload, error.document):
            _settle(upload, Status.DONE, document=error.document)
        else:
            _settle(upload, Status.FAILED, error.message, document=error.document)
    except Busy:
        _give_back(upload)
    except UnreadableDocument as error:
        _settle(upload, Status.FAILED, error.message)
    except ValidationError as error:
        _settle(upload, Status.REGION_NEEDED, error.messages[0])
    except PermissionDenied as error:
        _settle(upload, Status.REGION_NEEDED, str(error))
    except FileNotFoundError:
        _settle(upload, Status.FAILED, _("存放的文件已不在，请重新上传。"))
    except Exception:  # the lease ends and another worker tries again
        logger.exception("Upload %s could not be read", upload.pk)
    else:
        _settle(upload, Status.DONE, document=document)


def _is_own(upload: Upload, document: PolicyDocument) -> bool:
    """A worker stored it and died before it could say so."""
    return (
        document.sha256 == upload.sha256
        and document.created_by_id == upload.created_by_id
        and document.created_at >= upload.created_at
    )


def _settle(
    upload: Upload, status: str, reason: str = "", document: PolicyDocument | None = None
) -> None:
    upload.status, upload.reason, upload.document = status, reason, document
    upload.claimed_until, upload.settled_at = None, timezone.now()
    fields = ["status", "reason", "document", "claimed_until", "settled_at"]
    with transaction.atomic():
        upload.save(update_fields=fields)
        if status == Status.DONE:
            # The document has a copy of its own.
            transaction.on_commit(lambda: upload.file.storage.delete(upload.file.name))


def _give_back(upload: Upload) -> None:
    upload.status, upload.claimed_until = Status.WAITING, None
    upload.attempts -= 1
    upload.save(update_fields=["status", "claimed_until", "attempts"])


def clear_old() -> None:
    """Forget uploads nobody came back for."""
    for upload in Upload.objects.filter(created_at__lt=timezone.now() - KEPT):
        name, storage = upload.file.name, upload.file.storage
        upload.delete()
        transaction.on_commit(lambda name=name, storage=storage: storage.delete(name))
