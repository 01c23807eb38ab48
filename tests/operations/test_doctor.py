"""The doctor sees what is wrong, says what to do, and stays red until it is done."""

import datetime
import io
import json
import ssl
import sys
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.utils import timezone

from workbook.crisis import loader
from workbook.operations import backups, doctor, keys, records
from workbook.operations.doctor import copies, database, locks, machine, readers
from workbook.operations.doctor.finding import LOOK, OK, WRONG
from workbook.vault.models import KeySlot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(data_dir, settings):
    """A data folder as a start leaves it, with its keys."""
    data_dir.chmod(0o700)
    made = keys.make(data_dir / keys.FILE_NAME)
    settings.SECRET_KEY, settings.WORKBOOK_KEYS = made.secret_key, made.workbook_keys
    return data_dir


def run(**options) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("doctor", stdout=out, no_network=True, **options)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


def all_well(monkeypatch, settings, site):
    monkeypatch.setattr(sys, "stdin", io.StringIO((site / keys.FILE_NAME).read_text()))
    call_command("key_sheet", prove="-", stdout=io.StringIO())
    now = timezone.now().isoformat(timespec="seconds")
    records.note(
        backups=[{"name": "a", "sha256": "b" * 64, "made_at": now}],
        seen_elsewhere={"name": "a", "made_at": now, "on": now},
    )
    monkeypatch.setattr(machine, "_follows_the_network", lambda: "yes")
    settings.SITE = replace(settings.SITE, contact="write to us", backups_forget_days=30)
    settings.SITE_IS_HTTPS, settings.TRUSTED_PROXIES = True, ("127.0.0.1",)


def test_a_new_site_is_red_until_keys_and_backups_are_seen_elsewhere(monkeypatch, settings, site):
    code, said = run()
    assert code == 1
    assert "WRONG key sheet" in said
    assert "manage.py key_sheet --prove" in said
    assert "WRONG backups" in said
    assert "WRONG off-machine copy" in said

    all_well(monkeypatch, settings, site)
    code, said = run()
    assert "WRONG" not in said
    assert code == 0


def test_every_finding_that_is_not_well_says_what_to_do(monkeypatch, settings, site):
    findings = list(doctor.examine(network=False))
    assert {finding.part for finding in findings} == set(doctor.PARTS)
    assert [finding for finding in findings if finding.standing != OK and not finding.remedy] == []


def test_machines_read_the_same_as_json(monkeypatch, settings, site):
    code, said = run(format="json")
    found = json.loads(said)
    assert code == 1
    assert {one["part"] for one in found} == set(doctor.PARTS)
    assert {one["standing"] for one in found} <= {OK, LOOK, WRONG}


def test_what_cannot_be_looked_at_is_wrong(monkeypatch):
    def broken():
        raise ValueError("with somebody's words")

    monkeypatch.setitem(doctor.PARTS, "disk", broken)
    [finding] = [one for one in doctor.examine(network=False) if one.part == "disk"]
    assert finding.standing == WRONG
    assert "ValueError" in finding.said
    assert "words" not in finding.said


def test_no_keys_and_keys_that_open_nothing_are_wrong(person, settings):
    assert locks.keys_in_use().standing == OK
    settings.WORKBOOK_KEYS = (keys.new_workbook_key(),)
    assert "1 key slot(s) don't open" in locks.keys_in_use().said
    settings.WORKBOOK_KEYS = ()
    assert locks.keys_in_use().standing == WRONG
    assert KeySlot.objects.exists()


def test_a_rotation_that_was_begun_is_named(person, settings):
    settings.WORKBOOK_KEYS = (keys.new_workbook_key(), *settings.WORKBOOK_KEYS)
    finding = locks.keys_in_use()
    assert finding.standing == LOOK
    assert "--rewrap" in finding.remedy


def test_what_other_accounts_can_read_is_wrong(site):
    assert locks.permissions().standing == OK
    (site / "static").mkdir(mode=0o755)
    assert locks.permissions().standing == OK
    (site / keys.FILE_NAME).chmod(0o640)
    finding = locks.permissions()
    assert finding.standing == WRONG
    assert keys.FILE_NAME in finding.said


@pytest.mark.parametrize(
    ("hours", "look", "standing"),
    [
        (30, copies.backups_here, OK),
        (40, copies.backups_here, WRONG),
        (7 * 24, copies.elsewhere, OK),
        (9 * 24, copies.elsewhere, WRONG),
    ],
)
def test_backups_grow_old(hours, look, standing):
    at = (timezone.now() - datetime.timedelta(hours=hours)).isoformat()
    records.note(backups=[{"name": "a", "sha256": "b", "made_at": at}])
    records.note(seen_elsewhere={"name": "a", "made_at": at, "on": at})
    assert look().standing == standing


def test_a_copy_that_was_seen_long_after_it_was_made_is_as_old_as_it_is(monkeypatch):
    old = (timezone.now() - datetime.timedelta(days=20)).isoformat()
    records.note(backups=[{"name": "a", "sha256": "b" * 64, "made_at": old}])
    backups.note_seen_elsewhere("b" * 64)
    assert copies.elsewhere().standing == WRONG


def test_a_nearly_full_disk_is_seen(monkeypatch):
    usage = machine.shutil.disk_usage("/")
    for free, standing in ((2**20, WRONG), (2**29, LOOK), (2**40, OK)):
        monkeypatch.setattr(
            machine.shutil, "disk_usage", lambda path, free=free: usage._replace(free=free)
        )
        assert machine.disk().standing == standing


def test_a_clock_that_went_back_or_follows_nobody_is_wrong(monkeypatch):
    monkeypatch.setattr(machine, "_follows_the_network", lambda: "yes")
    assert machine.clock().standing == OK
    monkeypatch.setattr(machine, "_follows_the_network", lambda: "no")
    assert machine.clock().standing == WRONG
    monkeypatch.setattr(machine, "_follows_the_network", lambda: "yes")
    real = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: real - datetime.timedelta(days=300))
    assert "newer" in machine.clock().said


def test_http_for_others_is_wrong_and_https_wants_a_trusted_proxy(settings):
    assert machine.address().standing == LOOK
    settings.SITE_URL = "http://workbook.example.org"
    assert machine.address().standing == WRONG
    settings.SITE_URL, settings.SITE_IS_HTTPS = "https://workbook.example.org", True
    assert machine.address().standing == OK
    assert machine.proxy().standing == WRONG
    assert "TRUSTED_PROXIES" in machine.proxy().remedy


def test_a_site_nobody_reaches_or_whose_certificate_ends_is_wrong(monkeypatch):
    def answers(status, days):
        ends = timezone.now() + datetime.timedelta(days=days)
        monkeypatch.setattr(machine, "_ask", lambda scheme, host, port: (status, ends))
        return machine.reached()

    assert answers(200, 60).standing == OK
    assert "certificate ends" in answers(200, 3).said
    assert "answers 502" in answers(502, 60).said

    def refused(scheme, host, port):
        raise ssl.SSLCertVerificationError("self-signed certificate")

    monkeypatch.setattr(machine, "_ask", refused)
    assert machine.reached().standing == WRONG


def test_debug_is_wrong(settings):
    assert machine.debug().standing == OK
    settings.DEBUG = True
    assert machine.debug().standing == WRONG


def test_old_crisis_numbers_are_seen(monkeypatch):
    real = readers.today()
    for days, standing in ((0, OK), (100, LOOK), (400, WRONG)):
        monkeypatch.setattr(readers, "today", lambda d=days: real + datetime.timedelta(days=d))
        assert readers.crisis_numbers().standing == standing


def test_a_crisis_line_that_cant_be_shown_is_wrong(monkeypatch):
    reading = loader.reading()._replace(problems=("site.toml: no such group",))
    monkeypatch.setattr(readers.loader, "reading", lambda: reading)
    assert readers.crisis_numbers().standing == WRONG


def test_chapters_that_nobody_signed_are_named(monkeypatch):
    assert readers.drafts().standing == LOOK
    assert "draft" in readers.drafts().said


def test_content_that_does_not_compile_is_wrong(monkeypatch):
    assert readers.content().standing == OK
    broken = replace(readers.library(), left_out=("alongside/03.md",))
    monkeypatch.setattr(readers, "library", lambda: broken)
    assert "alongside/03.md" in readers.content().said
    assert readers.content().standing == WRONG


def test_the_database_and_its_tables_are_looked_at(monkeypatch):
    assert database.database().standing == OK
    assert database.migrations().standing == OK
    newer = database.schema.Schema(unknown=("journal.0099_later",))
    monkeypatch.setattr(database.schema, "standing", lambda: newer)
    assert "newer Alongside" in database.migrations().said
