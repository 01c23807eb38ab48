"""The reminder's page: a time and neutral words in, a calendar file out, nothing kept."""

import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workbook.accounts.access import Request
from workbook.accounts.form_page import form_page
from workbook.journal.entries.store import today_of
from workbook.journal.transfer.reminder.calendar import (
    DAILY,
    ONCE,
    WORKDAYS,
    Reminder,
    calendar_file,
)

PRIVATE = {"autocomplete": "off", "spellcheck": "false", "dir": "auto"}
LONGEST_WORDS = 100

DAYS = (
    (DAILY, _("Every day")),
    (WORKDAYS, _("Monday to Friday")),
    ("MO", _("Mondays")),
    ("TU", _("Tuesdays")),
    ("WE", _("Wednesdays")),
    ("TH", _("Thursdays")),
    ("FR", _("Fridays")),
    ("SA", _("Saturdays")),
    ("SU", _("Sundays")),
    (ONCE, _("Once, tomorrow")),
)
WEEKS = (
    (2, _("For two weeks")),
    (8, _("For two months")),
    (0, _("Until I take it out of my calendar")),
)


class ReminderForm(forms.Form):
    """When to be reminded, and with which words."""

    use_required_attribute = False

    words = forms.CharField(
        label=_("What your calendar shows"),
        help_text=_("It can show on a locked screen. Use words that anyone may see."),
        initial=_("A quiet moment"),
        max_length=LONGEST_WORDS,
        widget=forms.TextInput(PRIVATE),
        error_messages={
            "required": _("Type a word or two."),
            "max_length": _("That is too long for a calendar. A few words are enough."),
        },
    )
    time = forms.TimeField(
        label=_("At"),
        initial=datetime.time(19, 0),
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={
            "required": _("Choose a time, such as 7:00 PM."),
            "invalid": _("Choose a time, such as 7:00 PM."),
        },
    )
    days = forms.ChoiceField(label=_("On"), choices=DAYS)
    weeks = forms.TypedChoiceField(label=_("How long"), choices=WEEKS, coerce=int, initial=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django would cut what is typed too long, silently.
        self.fields["words"].widget.attrs.pop("maxlength", None)


def _page(
    request: Request, form: ReminderForm, notice: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "notice": notice}
    return render(request, "journal/transfer/reminder.html", context, status=status)


@form_page(_page, ReminderForm)
def reminder(request: Request, form: ReminderForm) -> HttpResponse:
    """Gives the calendar file; by GET shows what it can hold."""
    if not form.is_valid():
        return _page(request, form, status=422)
    file = calendar_file(
        Reminder(**form.cleaned_data), timezone.now(), today_of(request.journal.person)
    )
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    return response
