"""Finding, importing and downloading policy documents."""

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents.models import PolicyDocument, Upload
from documents.services import uploads
from reform_tracker.audit.models import AuditEntry
from tests.documents.test_parsing_readers import pdf_file
from tests.factories import ClauseFactory, DocumentFactory

pytestmark = pytest.mark.django_db

NOTICE = """关于印发徐州市深化医药卫生体制改革2024年重点工作任务的通知
徐政办发〔2024〕18号
各县（市）、区人民政府，市各有关单位：
现将《徐州市深化医药卫生体制改革2024年重点工作任务》印发给你们，请认真组织实施。
徐州市人民政府办公室
2024年3月5日
徐州市深化医药卫生体制改革2024年重点工作任务
一、健全全民医保制度
1.巩固参保覆盖面。基本医保参保率稳定在95%以上。（市卫生局、市财政局负责）
2.扩大家庭医生签约服务。年底前签约服务覆盖率达到40%以上。（市卫生局负责）
"""
NAMELESS = """深化医药卫生体制改革2024年重点工作任务
一、健全全民医保制度
1.巩固参保覆盖面。基本医保参保率稳定在95%以上。（市卫生局、市财政局负责）
2.扩大家庭医生签约服务。年底前签约服务覆盖率达到40%以上。（市卫生局负责）
"""
# Of a PDF that asks for a password.
ENCRYPTED = (
    f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O ({'a' * 32}) /U ({'b' * 32}) >>"
    " /ID [<00> <00>]"
)


def file(text=NOTICE, name="通知.txt"):
    data = text if isinstance(text, bytes) else text.encode()
    return SimpleUploadedFile(name, data)


def upload(browser, sent=None, **values):
    sent = {"file": sent or file()} if sent is not False else {}
    return browser.post("/documents/import/", {**sent, **values})


def said_of(browser, sent=None, **values):
    """What the page says in the end; a file that takes longer is read by the worker meanwhile."""
    response = upload(browser, sent, **values)
    uploads.work_off()
    if response.status_code == 302:
        response = browser.get(response["Location"])
    return response.content.decode()


@pytest.fixture
def browser(signed_in, zhang):
    return signed_in(zhang)


class TestList:
    def test_it_shows_the_documents_of_ones_own_regions_only(
        self, browser, signed_in, sun, document
    ):
        assert document.title in browser.get("/documents/").content.decode()
        assert document.title not in signed_in(sun).get("/documents/").content.decode()

    def test_it_is_found_by_region_year_and_words(self, browser, document, xuzhou):
        DocumentFactory(region=xuzhou, title="另一份", year_start=2012, year_end=2015)

        def found(query):
            return [row.title for row in browser.get(f"/documents/?{query}").context["page"]]

        assert found("year=2013") == ["另一份"]
        assert found("year=2024&region=320300") == [document.title]
        assert found("search=徐政办发") == [document.title]
        assert found("search=没有这个词") == []
        assert len(found("region=320100&year=abc&page=x")) == 2  # nonsense is left out

    def test_it_counts_clauses_to_confirm_for_the_office_alone(
        self, browser, signed_in, zhao, document
    ):
        ClauseFactory(document=document)
        ClauseFactory(document=document, is_container=True)
        ClauseFactory(document=document, status="dismissed")
        assert "1 条，去核对" in browser.get("/documents/").content.decode()
        assert "去核对" not in signed_in(zhao).get("/documents/").content.decode()

    def test_ten_documents_cost_as_many_queries_as_one(self, browser, document, xuzhou):
        def cost():
            with CaptureQueriesContext(connection) as seen:
                browser.get("/documents/")
            return len(seen)

        first = cost()
        for _ in range(10):
            ClauseFactory(document=DocumentFactory(region=xuzhou))
        assert cost() == first


class TestImport:
    def test_the_file_becomes_a_document_with_clauses_to_confirm(
        self, browser, xuzhou, health, zhang
    ):
        response = upload(browser)
        document = PolicyDocument.objects.get()
        assert response["Location"] == f"/documents/{document.pk}/confirm/"
        assert (document.region, document.document_number) == (xuzhou, "徐政办发〔2024〕18号")
        assert [clause.title for clause in document.clauses.all()] == [
            "巩固参保覆盖面",
            "扩大家庭医生签约服务",
        ]
        assert AuditEntry.objects.get(action="document_imported").actor == zhang

    def test_the_same_file_again_changes_nothing_and_leads_to_the_one_there(self, browser, xuzhou):
        upload(browser)
        page = upload(browser).content.decode()
        document = PolicyDocument.objects.get()
        assert "这个文件已经导入过" in page
        assert f'href="/documents/{document.pk}/"' in page

    def test_the_same_number_in_another_file_is_refused_too(self, browser, xuzhou):
        upload(browser)
        page = said_of(browser, file(NOTICE + "附注。\n"))
        assert "徐政办发〔2024〕18号的文件已经导入过" in page
        assert PolicyDocument.objects.count() == 1

    def test_a_document_of_another_office_is_named_but_not_linked(
        self, browser, sun, signed_in, nanjing, xuzhou
    ):
        upload(signed_in(sun), region=nanjing.pk)
        page = upload(browser).content.decode()
        assert "已经导入过" in page
        assert "查看已有的文件" not in page

    def test_an_unknown_region_is_asked_for_and_the_file_need_not_be_sent_again(
        self, browser, xuzhou
    ):
        place = upload(browser, file(NAMELESS, "任务.txt"))["Location"]
        page = browser.get(place).content.decode()
        assert "请选择地区" in page and "不用重新上传" in page
        assert PolicyDocument.objects.count() == 0
        assert browser.post(place, {"region": ""}).context["form"].errors["region"]
        response = browser.post(place, {"region": xuzhou.pk})
        document = PolicyDocument.objects.get()
        assert response["Location"] == f"/documents/{document.pk}/confirm/"
        assert (document.region, document.source_name) == (xuzhou, "任务.txt")

    def test_an_upload_is_ones_own(self, browser, signed_in, sun, nanjing, xuzhou):
        place = upload(browser, file(NAMELESS))["Location"]
        stranger = signed_in(sun)
        assert stranger.get(place).status_code == 404
        assert stranger.post(place, {"region": nanjing.pk}).status_code == 404
        assert browser.post(place, {"region": nanjing.pk}).status_code == 200  # not on offer
        assert PolicyDocument.objects.count() == 0

    def test_another_offices_region_is_refused_with_the_reason(self, browser, nanjing, xuzhou):
        page = said_of(browser, file(NOTICE.replace("徐州", "南京")))
        assert "只有南京市医改办的工作人员可以办理" in page
        assert "已收到" in page  # whatever was wrong with the region, the file is kept
        page = upload(browser, region=nanjing.pk).content.decode()
        assert PolicyDocument.objects.count() == 0

    @pytest.mark.parametrize(
        ("data", "name", "message"),
        [
            (b"", "空.txt", "这个文件是空的"),
            (b"MZ\x90\x00" + bytes(range(256)) * 8, "程序.exe", "不支持的文件类型"),
            (b"%PDF-1.4\n1 0 obj <</Encrypt 2 0 R>>", "坏.pdf", "PDF已损坏"),
            (pdf_file(NOTICE.splitlines(), ENCRYPTED), "密.pdf", "加密"),
            (b"PK\x03\x04 not really", "坏.docx", "文件已损坏"),
        ],
    )
    def test_what_cannot_be_read_is_refused_with_the_reason(
        self, browser, xuzhou, data, name, message
    ):
        assert message in said_of(browser, file(data, name))
        assert PolicyDocument.objects.count() == 0

    def test_a_program_is_refused_on_the_field_and_not_stored(self, browser, xuzhou):
        response = upload(browser, file(b"MZ\x90\x00" + bytes(range(256)) * 8, "程序.exe"))
        assert response.status_code == 200
        assert "不支持的文件类型" in response.context["form"].errors["file"][0]
        assert Upload.objects.count() == 0

    def test_nothing_chosen_is_said(self, browser):
        assert "请先选择要导入的文件" in upload(browser, False).content.decode()

    def test_a_file_too_large_is_refused_unread(self, browser, settings):
        settings.DOCUMENT_MAX_BYTES = 1024 * 1024
        response = upload(browser, file(b"x" * (1024 * 1024 + 1)))
        assert "文件超过1MB" in response.content.decode()

    def test_a_file_without_tasks_is_taken_with_a_word_on_what_to_do(self, browser, xuzhou):
        text = "徐州市人民政府办公室关于做好防汛工作的函\n今年雨水较多，请注意防汛。\n"
        response = upload(browser, file(text), region=xuzhou.pk)
        assert response.status_code == 302
        assert PolicyDocument.objects.get().clauses.count() == 0
        (message,) = get_messages(response.wsgi_request)
        assert "请点“手工添加一条”" in str(message)
        page = browser.get(response["Location"]).content.decode()
        for way_out in ("手工添加一条</button>", "删除这份文件</button>"):
            assert f"</i> {way_out}" in page

    def test_only_the_office_imports(self, signed_in, li, zhao, guo, client):
        for person in (li, zhao, guo):
            assert signed_in(person).get("/documents/import/").status_code == 403
            assert upload(signed_in(person)).status_code == 403
        assert upload(client)["Location"].startswith("/sign-in/")
        assert PolicyDocument.objects.count() == 0


class TestSource:
    def test_it_comes_as_a_download_under_its_own_name(self, browser, xuzhou):
        upload(browser)
        document = PolicyDocument.objects.get()
        response = browser.get(f"/documents/{document.pk}/source/")
        assert b"".join(response.streaming_content).decode() == NOTICE
        assert response["Content-Disposition"] == (
            "attachment; filename*=utf-8''%E9%80%9A%E7%9F%A5.txt"
        )
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_another_office_cannot_have_it(self, browser, signed_in, sun, xuzhou):
        upload(browser)
        document = PolicyDocument.objects.get()
        assert signed_in(sun).get(f"/documents/{document.pk}/source/").status_code == 404

    def test_a_document_without_a_file_has_none(self, browser, document):
        assert browser.get(f"/documents/{document.pk}/source/").status_code == 404
