"""What the reminder log can be narrowed down to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.models import Reminder


class ReminderFilter(forms.Form):
    stage = forms.ChoiceField(
        label=_("步骤"), required=False, choices=[("", _("全部步骤")), *Reminder.Stage.choices]
    )
