import math
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from workbook.accounts import throttles
from workbook.accounts.client_address import networks_of
from workbook.accounts.models import Throttle
from workbook.environment import networks


def request_from(address: str, **headers: str):
    return RequestFactory().get("/", REMOTE_ADDR=address, headers=headers)


def pour_until_full(request, name: str = "ana") -> tuple[int, int]:
    """How many tries fit, and the seconds that the next one has to wait."""
    for tries in range(1000):
        try:
            throttles.count_login(request, name)
        except throttles.Throttled as throttled:
            return tries, throttled.seconds
    raise AssertionError("It never filled.")


def test_one_name_from_one_place_gets_a_few_tries_and_then_one_a_minute(db: None) -> None:
    tries, seconds = pour_until_full(request_from("192.0.2.1"))
    assert tries == throttles.PAIR.burst
    assert 0 < seconds <= throttles.PAIR.seconds


def test_a_full_bucket_opens_again_by_itself(db: None) -> None:
    request = request_from("192.0.2.1")
    pour_until_full(request)
    Throttle.objects.update(empty_at=timezone.now() + timedelta(minutes=2))
    throttles.count_login(request, "ana")


def test_waiting_longer_than_said_is_never_needed(db: None) -> None:
    request = request_from("192.0.2.1")
    _tries, seconds = pour_until_full(request)
    for _ in range(5):
        with pytest.raises(throttles.Throttled) as again:
            throttles.count_login(request, "ana")
        assert again.value.seconds <= seconds


def test_the_same_name_from_another_place_is_not_kept_waiting(db: None) -> None:
    pour_until_full(request_from("192.0.2.1"))
    throttles.count_login(request_from("192.0.2.2"), "ana")


def test_another_name_from_the_same_place_is_not_kept_waiting(db: None) -> None:
    pour_until_full(request_from("192.0.2.1"), "ana")
    throttles.count_login(request_from("192.0.2.1"), "ben")


def test_one_place_that_tries_many_names_has_to_wait(db: None) -> None:
    request = request_from("192.0.2.1")
    for number in range(throttles.ADDRESS.burst):
        throttles.count_login(request, f"name {number}")
    with pytest.raises(throttles.Throttled):
        throttles.count_login(request, "one more")


def test_one_name_tried_from_everywhere_has_to_wait_some_seconds_only(db: None) -> None:
    for number in range(throttles.ACCOUNT.burst):
        throttles.count_login(request_from(f"192.0.{number}.1"), "ana")
    with pytest.raises(throttles.Throttled) as throttled:
        throttles.count_login(request_from("203.0.113.1"), "ana")
    assert throttled.value.seconds <= throttles.ACCOUNT.seconds


def test_what_was_right_is_taken_back(db: None) -> None:
    request = request_from("192.0.2.1")
    for _ in range(200):
        throttles.take_back(throttles.count_login(request, "ana"))


def test_the_table_names_nobody_and_no_place(db: None) -> None:
    throttles.count_login(request_from("192.0.2.77"), "quiet-river-4821")
    kept = " ".join(Throttle.objects.values_list("key", flat=True))
    assert "192.0.2" not in kept
    assert "quiet" not in kept


def test_a_place_is_another_one_the_next_day(db: None, monkeypatch) -> None:
    request = request_from("192.0.2.1")
    throttles.count_login(request, "ana")
    today = set(Throttle.objects.values_list("key", flat=True))
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(throttles.timezone, "now", lambda: tomorrow)
    throttles.count_login(request, "ana")
    fresh = set(Throttle.objects.values_list("key", flat=True)) - today
    assert len(fresh) == 4  # The account's bucket alone keeps its name.


# --- A whole network ---


@pytest.mark.parametrize(
    ("address", "ring"),
    [("2001:db8:7:{0:02x}{1:02x}::1", 2), ("2001:db8:7:12{1:02x}::1", 1), ("192.0.2.{1}", 1)],
)
def test_who_sends_from_each_address_of_a_network_gets_a_few_tries_more(
    db: None, address: str, ring: int
) -> None:
    most, waits = throttles.PAIR.around(ring), []
    for number in range(200):
        try:
            throttles.count_login(request_from(address.format(number // 8, number % 256)), "ana")
        except throttles.Throttled as throttled:
            waits.append(throttled.seconds)
    assert 200 - len(waits) == most.burst == throttles.PAIR.burst * 2**ring
    assert max(waits) <= math.ceil(most.seconds)


def test_one_sender_never_fills_what_strangers_share_however_large_its_network() -> None:
    for rings in (2, 3):
        largest = throttles.PAIR.around(rings - 1)
        assert largest.burst < throttles.ACCOUNT.burst
        assert largest.seconds > throttles.ACCOUNT.seconds


# --- A clock that is wrong ---


def test_nobody_is_shut_out_by_a_clock_that_went_forward_and_back(db: None, clock) -> None:
    clock.forward(days=15)
    for number in range(throttles.ACCOUNT.burst):
        throttles.count_login(request_from(f"192.0.{number}.1"), "ana")
    clock.forward(days=-15)
    with pytest.raises(throttles.Throttled) as throttled:
        throttles.count_login(request_from("203.0.113.1"), "ana")
    assert throttled.value.seconds <= throttles.ACCOUNT.seconds
    clock.forward(seconds=throttles.ACCOUNT.seconds)
    throttles.count_login(request_from("203.0.113.1"), "ana")


def test_old_buckets_are_swept(db: None, monkeypatch) -> None:
    Throttle.objects.create(key="old", empty_at=timezone.now() - timedelta(days=2))
    monkeypatch.setattr(throttles, "SWEEP_ONE_IN", 1)
    throttles.count_login(request_from("192.0.2.1"), "ana")
    assert not Throttle.objects.filter(key="old").exists()


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_are_all_counted() -> None:
    outcomes: list[bool] = []

    def attempt() -> None:
        try:
            throttles.count_login(request_from("192.0.2.1"), "ana")
        except throttles.Throttled:
            outcomes.append(False)
        else:
            outcomes.append(True)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 16
    assert sum(outcomes) == throttles.PAIR.burst


# --- Whose address counts ---


def test_without_proxies_nobody_is_believed(settings) -> None:
    settings.TRUSTED_PROXIES = ()
    request = request_from("192.0.2.1", x_forwarded_for="203.0.113.9")
    assert networks_of(request) == ("192.0.2.1/32", "192.0.2.0/24")


@pytest.mark.parametrize(
    ("forwarded", "believed"),
    [
        ("203.0.113.9", "203.0.113.9/32 203.0.113.0/24"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9/32 203.0.113.0/24"),
        ("198.51.100.1, 203.0.113.9, 10.0.0.7", "203.0.113.9/32 203.0.113.0/24"),
        ("203.0.113.9, nonsense", "10.0.0.1/32 10.0.0.0/24"),
        ("", "10.0.0.1/32 10.0.0.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.9/32 203.0.113.0/24"),
        ("2001:db8:1:23:4:5:6:7", "2001:db8:1:23::/64 2001:db8:1::/56 2001:db8:1::/48"),
    ],
)
def test_only_our_own_proxies_are_believed_and_only_from_the_right(
    settings, monkeypatch, forwarded: str, believed: str
) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8")
    settings.TRUSTED_PROXIES = networks("TRUSTED_PROXIES")
    found = networks_of(request_from("10.0.0.1", x_forwarded_for=forwarded))
    assert " ".join(found) == believed


def test_a_socket_without_address_still_gets_a_bucket(db: None) -> None:
    assert networks_of(request_from("")) == ("",)
    throttles.count_login(request_from(""), "ana")
