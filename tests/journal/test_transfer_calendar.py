"""A reminder: a calendar file with neutral words, of which the site keeps nothing."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from workbook.journal.transfer.reminder.calendar import WEEKDAYS, Reminder, calendar_file

NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
FRIDAY = NOW.date()
SEVEN = datetime.time(19, 0)
REMINDER = reverse("reminder")
FORM = {"words": "A quiet moment", "time": "19:00", "days": "daily", "weeks": "2"}


def unfolded(file):
    return file.decode().replace("\r\n ", "").split("\r\n")


def lines(**more):
    return unfolded(calendar_file(Reminder("Tea", SEVEN, **more), NOW, FRIDAY))


def test_a_daily_reminder_begins_tomorrow_in_the_time_of_whatever_clock_reads_it():
    found = lines()
    assert "DTSTART:20261121T190000" in found
    assert "RRULE:FREQ=DAILY" in found
    assert not any("TZID" in line for line in found)


def test_on_workdays_it_begins_on_the_next_one():
    found = lines(days="workdays", weeks=2)
    assert "DTSTART:20261123T190000" in found
    assert "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20261206T235959" in found


@pytest.mark.parametrize("day", WEEKDAYS)
def test_on_one_weekday_it_begins_there(day):
    found = lines(days=day)
    [start] = [line for line in found if line.startswith("DTSTART:")]
    date = datetime.datetime.strptime(start[8:16], "%Y%m%d").date()
    assert WEEKDAYS[date.weekday()] == day
    assert FRIDAY < date <= FRIDAY + datetime.timedelta(days=7)
    assert f"RRULE:FREQ=WEEKLY;BYDAY={day}" in found


def test_just_once_has_no_rule():
    assert not any(line.startswith("RRULE") for line in lines(days="once", weeks=8))


def test_the_file_names_neither_the_site_nor_what_it_is_for():
    text = calendar_file(Reminder("Tea", SEVEN), NOW, FRIDAY).decode().casefold()
    for word in ("alongside", "journal", "workbook", "http", "url", "crisis", "@"):
        assert word not in text


@given(st.text(max_size=200), st.times(), st.sampled_from(["daily", "once", *WEEKDAYS]))
def test_any_words_stay_one_event_with_lines_that_fit(words, time, days):
    file = calendar_file(Reminder(words, time, days), NOW, FRIDAY)
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    assert file.count(b"BEGIN:VEVENT") == 1
    assert b"\n" not in file.replace(b"\r\n", b"")
    [summary] = [line for line in unfolded(file) if line.startswith("SUMMARY:")]
    plain = summary[8:].replace("\\;", ";").replace("\\,", ",").replace("\\\\", "\\")
    assert plain.encode().split() == " ".join(words.split()).encode().split() or any(
        not letter.isprintable() for letter in words
    )


def test_a_reader_gets_the_file_and_the_site_keeps_nothing(person, entered):
    client = entered(person)
    assert "doesn’t keep" in client.get(REMINDER).content.decode()
    response = client.post(REMINDER, FORM | {"words": "Water; the, plants"})
    assert response["Content-Type"].startswith("text/calendar")
    assert response["Content-Disposition"] == 'attachment; filename="calendar.ics"'
    assert "no-store" in response["Cache-Control"]
    assert "SUMMARY:Water\\; the\\, plants" in response.content.decode()
    assert "plants" not in client.get(REMINDER).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"words": ""}, {"words": "x" * 101}, {"time": "soon"}, {"days": "XX"}, {"weeks": "99"}],
)
def test_a_slip_is_said_beside_its_field_and_the_words_stay(person, entered, wrong):
    response = entered(person).post(REMINDER, FORM | wrong)
    assert response.status_code == 422
    assert "Something needs another look" in response.content.decode()
    assert wrong.get("words", FORM["words"]) in response.content.decode()


def test_it_works_with_the_journal_locked_and_asks_the_signed_out_to_enter(person, entered):
    assert entered(person, locked=True).post(REMINDER, FORM).status_code == 200
    assert Client().get(REMINDER).status_code == 302
