"""What a department asks of the office, and what the office says to it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.models import TaskRequest
from tasks.write_off_checks import Item

Kind = TaskRequest.Kind
MOST = 2_000
REASONS = {
    Kind.EXTENSION: _("为什么不能按期完成，已经采取了哪些措施。"),
    Kind.WRITE_OFF: _("简要说明完成情况和主要成效，有量化目标的请写明完成值。"),
    Kind.CHANGE: _("写明要改什么（任务内容、目标指标、责任单位等）、改成什么、为什么。"),
    Kind.SUSPENSION: _("为什么暂时不能推进，预计什么条件下恢复。"),
    Kind.CANCELLATION: _("为什么不再需要办理，有文件依据的请写明。"),
}


class RequestForm(forms.Form):
    """One request; a new date and the progress so far only where an extension is asked for."""

    new_due_on = forms.DateField(
        label=_("申请延期至"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    progress_so_far = forms.CharField(
        label=_("目前进展"),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("已经做到什么程度，还剩哪些工作。"),
    )
    reason = forms.CharField(
        label=_("申请理由"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = REASONS[Kind(kind)]
        if kind != Kind.EXTENSION:
            del self.fields["new_due_on"], self.fields["progress_so_far"]


class RefusalForm(forms.Form):
    """The office's words; whether there must be some is the service's rule."""

    opinion = forms.CharField(
        label=_("办理意见"),
        required=False,
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ApprovalForm(RefusalForm):
    """With the items of a write-off that were verified; all must be, says the service."""

    checked = forms.MultipleChoiceField(required=False, choices=Item.choices)
