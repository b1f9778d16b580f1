"""Importing as a job: stored at once, read once, whoever dies meanwhile."""

import datetime as dt
import io
import zipfile

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from documents import jobs
from documents.models import PolicyDocument, Upload
from documents.parsing import Busy
from documents.services import importing, uploads
from reform_tracker.audit.models import AuditEntry
from tests.documents.test_parsing_readers import paragraph, word_file
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db

NOTICE = """徐州市人民政府办公室关于印发徐州市2024年医改重点任务的通知
徐政办发〔2024〕9号
徐州市人民政府办公室
2024年3月1日
一、重点任务
1.提高签约服务质量。全市签约服务覆盖率达到45%以上。（市卫生局负责）
"""
WORD = word_file("".join(paragraph(line) for line in NOTICE.splitlines()))
NAMELESS = word_file(paragraph("2024年重点任务") + paragraph("1.推进改革。（市卫生局负责）"))


def receive(person, data=WORD, name="通知.docx", **more):
    return uploads.receive(data=data, filename=name, actor=person, **more)


def state(upload):
    upload.refresh_from_db()
    return upload.status


class TestReceiving:
    def test_a_file_is_kept_before_anything_reads_it(self, zhang, xuzhou):
        upload = receive(zhang)
        assert upload.status == Upload.Status.WAITING
        assert upload.file.read() == WORD
        assert PolicyDocument.objects.count() == 0
        assert AuditEntry.objects.get(action="file_uploaded").actor == zhang

    def test_a_short_text_is_read_at_once(self, zhang, xuzhou):
        upload = receive(zhang, NOTICE.encode(), "通知.txt")
        assert upload.status == Upload.Status.DONE
        assert upload.document == PolicyDocument.objects.get()

    def test_the_same_file_twice_is_one_upload(self, zhang, xuzhou):
        assert receive(zhang) == receive(zhang)
        assert Upload.objects.count() == 1

    def test_a_file_on_record_is_not_taken_again(self, zhang, xuzhou):
        receive(zhang)
        uploads.work_off()
        with pytest.raises(importing.AlreadyImported):
            receive(zhang)
        assert Upload.objects.count() == 1

    def test_uploads_nobody_came_back_for_are_forgotten(
        self, zhang, xuzhou, django_capture_on_commit_callbacks
    ):
        old = receive(zhang, NAMELESS)
        later = timezone.now() + uploads.KEPT + dt.timedelta(hours=1)
        with time_machine.travel(later), django_capture_on_commit_callbacks(execute=True):
            new = receive(zhang)
        assert list(Upload.objects.all()) == [new]
        assert not old.file.storage.exists(old.file.name)
        assert new.file.storage.exists(new.file.name)


class TestReading:
    def test_the_job_imports_what_waits(self, zhang, xuzhou):
        upload = receive(zhang)
        jobs.read_uploads()
        document = PolicyDocument.objects.get()
        assert (state(upload), upload.document) == (Upload.Status.DONE, document)
        assert (document.created_by, document.source_name) == (zhang, "通知.docx")
        assert document.source_file.read() == WORD

    def test_the_job_is_done_once(self, zhang, xuzhou):
        receive(zhang)
        assert [uploads.work_off(), uploads.work_off()] == [1, 0]
        assert PolicyDocument.objects.count() == 1

    def test_what_cannot_be_read_says_why(self, zhang, xuzhou):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as package:
            package.writestr("OFD.xml", "<a/>")
        upload = receive(zhang, packed.getvalue(), "通知.ofd")
        uploads.work_off()
        assert state(upload) == Upload.Status.FAILED
        assert "OFD" in upload.reason and "另存为" in upload.reason

    def test_a_worker_that_died_is_followed_by_another(self, zhang, xuzhou):
        upload = receive(zhang)
        assert uploads.claim() == upload  # and never heard of again
        assert uploads.work_off() == 0
        with time_machine.travel(timezone.now() + uploads.LEASE + dt.timedelta(seconds=1)):
            assert uploads.work_off() == 1
        assert state(upload) == Upload.Status.DONE

    def test_a_worker_that_died_after_storing_leaves_one_document(self, zhang, xuzhou, monkeypatch):
        upload = receive(zhang)
        with monkeypatch.context() as killed:
            killed.setattr(uploads, "_settle", lambda *args, **more: None)
            uploads.work_off()
        assert PolicyDocument.objects.count() == 1
        assert state(upload) == Upload.Status.READING
        with time_machine.travel(timezone.now() + uploads.LEASE + dt.timedelta(seconds=1)):
            uploads.work_off()
        assert (state(upload), PolicyDocument.objects.count()) == (Upload.Status.DONE, 1)

    def test_a_file_that_kills_its_workers_is_given_up(self, zhang, xuzhou):
        upload = receive(zhang)
        later = timezone.now()
        for _ in range(uploads.MOST_ATTEMPTS):
            with time_machine.travel(later):
                assert uploads.claim() == upload
            later += uploads.LEASE + dt.timedelta(seconds=1)
        with time_machine.travel(later):
            uploads.work_off()
        assert state(upload) == Upload.Status.FAILED
        assert "另存为" in upload.reason

    def test_an_unforeseen_error_is_tried_again(self, zhang, xuzhou, monkeypatch):
        upload = receive(zhang)
        with monkeypatch.context() as broken:
            broken.setattr(uploads, "import_document", lambda **more: 1 / 0)
            uploads.work_off()
        assert state(upload) == Upload.Status.READING
        with time_machine.travel(timezone.now() + uploads.LEASE + dt.timedelta(seconds=1)):
            uploads.work_off()
        assert state(upload) == Upload.Status.DONE

    def test_when_all_are_busy_it_goes_on_waiting(self, zhang, xuzhou, monkeypatch):
        upload = receive(zhang)

        def busy(**more):
            raise Busy("正在读取的文件较多，请稍后重试。")

        with monkeypatch.context() as crowded:
            crowded.setattr(uploads, "import_document", busy)
            assert uploads.work_off() == 1
        assert (state(upload), upload.attempts) == (Upload.Status.WAITING, 0)
        uploads.work_off()
        assert state(upload) == Upload.Status.DONE

    def test_a_region_is_chosen_once(self, zhang, xuzhou, nanjing):
        upload = receive(zhang, NAMELESS)
        uploads.work_off()
        assert state(upload) == Upload.Status.REGION_NEEDED
        uploads.choose_region(upload=upload, region=xuzhou, actor=zhang)
        uploads.choose_region(upload=upload, region=nanjing, actor=zhang)  # the second click
        uploads.work_off()
        assert PolicyDocument.objects.get().region == xuzhou
        assert AuditEntry.objects.filter(action="region_chosen").count() == 1

    def test_somebody_who_left_imports_nothing(self, zhang, xuzhou):
        upload = receive(zhang)
        zhang.is_active = False
        zhang.save()
        uploads.work_off()
        assert (state(upload), PolicyDocument.objects.count()) == (Upload.Status.FAILED, 0)


@pytest.mark.django_db(transaction=True)
def test_four_workers_read_one_file_once(zhang, xuzhou):
    upload = receive(zhang)
    taken, errors = run_at_once(uploads.work_off)
    assert (sorted(taken), errors) == ([0, 0, 0, 1], [])
    assert state(upload) == Upload.Status.DONE
    assert PolicyDocument.objects.count() == 1
    assert not upload.file.storage.exists(upload.file.name)  # the document has its own copy


class TestPages:
    def send(self, browser, data=WORD, name="通知.docx"):
        file = SimpleUploadedFile(name, data)
        return browser.post("/documents/import/", {"file": file})["Location"]

    def test_the_page_asks_again_until_it_is_read(self, signed_in, zhang, xuzhou):
        browser = signed_in(zhang)
        place = self.send(browser)
        page = browser.get(place).content.decode()
        assert "排队等待读取" in page and f'hx-get="{place}"' in page
        fragment = browser.get(place, headers={"hx-request": "true"})
        assert fragment.content.decode().lstrip().startswith("<div hx-get")
        uploads.work_off()
        finished = browser.get(place, headers={"hx-request": "true"})
        assert finished["HX-Refresh"] == "true"
        document = PolicyDocument.objects.get()
        assert browser.get(place)["Location"] == f"/documents/{document.pk}/confirm/"

    def test_a_wait_without_a_worker_says_so(self, signed_in, zhang, xuzhou):
        browser = signed_in(zhang)
        place = self.send(browser)
        assert "后台处理程序" not in browser.get(place).content.decode()
        Upload.objects.update(created_at=timezone.now() - dt.timedelta(minutes=2))
        assert "后台处理程序可能没有运行" in browser.get(place).content.decode()

    def test_unsettled_uploads_are_found_again(self, signed_in, zhang, sun, xuzhou):
        browser = signed_in(zhang)
        place = self.send(browser)
        assert f'href="{place}"' in browser.get("/documents/import/").content.decode()
        assert place not in signed_in(sun).get("/documents/import/").content.decode()
        uploads.work_off()
        assert place not in browser.get("/documents/import/").content.decode()

    def test_the_same_notice_in_another_file_leads_to_the_one_there(self, signed_in, zhang, xuzhou):
        uploads.receive(data=NOTICE.encode(), filename="通知.txt", actor=zhang)
        browser = signed_in(zhang)
        place = self.send(browser)
        uploads.work_off()
        page = browser.get(place).content.decode()
        document = PolicyDocument.objects.get()
        assert "徐政办发〔2024〕9号的文件已经导入过" in page
        assert f'href="/documents/{document.pk}/"' in page
