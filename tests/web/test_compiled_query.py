"""Queries put together once give what the same queryset would, whoever asks and for how much."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from workbook.accounts.models import User
from workbook.vault.models import DataKey, KeySlot, Session
from workbook.web.compiled_query import Prepared

pytestmark = pytest.mark.django_db


def field(name, model=DataKey):
    return model._meta.get_field(name)


def keys_of(user, count):
    return [
        DataKey.objects.create(user=user, generation=number, origin=1)
        for number in range(10, 10 + count)
    ]


@pytest.fixture
def two(make_person):
    ana, bo = make_person("ana").user, make_person("bo").user
    keys_of(ana, 3)
    keys_of(bo, 2)
    return ana, bo


def test_it_gives_what_its_queryset_gives_for_everybody(two):
    by_person = Prepared(
        lambda given: DataKey.objects.filter(user=given("user", field("user"))).order_by(
            "-generation"
        )
    )
    for user in (*two, *two):
        plain = DataKey.objects.filter(user=user).order_by("-generation")
        found = by_person.rows(user=user.pk)
        assert [vars(key)["id"] for key in found] == [key.id for key in plain]
        assert [key.created_on for key in found] == [key.created_on for key in plain]
    assert by_person.rows(user=uuid.uuid4()) == []


def test_lists_of_any_length_and_what_is_joined(two):
    ana, bo = two
    some = Prepared(
        lambda given: DataKey.objects.select_related("user").filter(
            user=given("user", field("user")), generation__in=given("of", field("generation"))
        )
    )
    for wanted in ([10], [10, 11], [11, 12, 99], [10]):
        with CaptureQueriesContext(connection) as captured:
            found = some.rows(user=ana.pk, of=wanted)
            assert {key.user.name for key in found} == {"ana"}
        assert {key.generation for key in found} == set(wanted) - {99}
        assert len(captured) == 1
    assert {key.user.name for key in some.rows(user=bo.pk, of=[10, 11])} == {"bo"}


def test_values_annotations_and_unions(two):
    ana, _bo = two
    slots = KeySlot.objects.filter(user=ana)
    both = Prepared(
        lambda given: (
            DataKey.objects.filter(
                user=given("user", field("user")),
                generation__lt=given("below", field("generation")),
            )
            .values_list("generation", flat=True)
            .union(
                DataKey.objects.filter(
                    user=given("user", field("user")), generation=given("one", field("generation"))
                ).values_list("generation", flat=True)
            )
        )
    )
    assert set(both.rows(user=ana.pk, below=11, one=12)) >= {10, 12}
    assert 11 not in both.rows(user=ana.pk, below=11, one=12)
    marked = Prepared(
        lambda given: DataKey.objects.filter(user=given("user", field("user"))).annotate(
            has_slots=Exists(slots)
        )
    )
    assert {key.has_slots for key in marked.rows(user=ana.pk)} == {slots.exists()}


def test_an_update_touches_what_its_filter_finds_and_counts_it(two):
    ana, bo = two
    date = field("created_on")
    dating = Prepared(
        lambda given: DataKey.objects.filter(
            user=given("user", field("user")), created_on=given("was", date)
        ),
        sets=("created_on",),
    )
    before = DataKey.objects.filter(user=ana).first().created_on
    day = before.replace(year=2001)
    assert dating.update(user=ana.pk, was=before, created_on=day) == 4
    assert dating.update(user=ana.pk, was=before, created_on=day) == 0
    assert set(DataKey.objects.filter(user=ana).values_list("created_on", flat=True)) == {day}
    assert set(DataKey.objects.filter(user=bo).values_list("created_on", flat=True)) == {before}


def test_its_sql_is_put_together_once(two, monkeypatch):
    made = []
    names = Prepared(
        lambda given: made.append(1) or User.objects.filter(name=given("name", field("name", User)))
    )
    for name in ("ana", "bo", "nobody", "ana'); --"):
        assert [user.name for user in names.rows(name=name)] == (
            [name] if name in {"ana", "bo"} else []
        )
    assert made == [1]


def test_a_session_that_ends_is_not_found_by_a_query_made_before(entered, person):
    client = entered(person)
    assert client.get("/journal/").status_code == 200
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    assert client.get("/journal/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_rows_are_held_in_a_transaction_or_not_at_all(make_person):
    user = make_person("ana").user
    held = Prepared(
        lambda given: DataKey.objects.select_for_update().filter(user=given("user", field("user")))
    )
    with transaction.atomic():
        assert held.rows(user=user.pk)
    with pytest.raises(TransactionManagementError):
        held.rows(user=user.pk)


def test_an_update_that_fails_spoils_its_transaction_as_django_s_own_do(two):
    ana, _bo = two
    numbering = Prepared(
        lambda given: DataKey.objects.filter(user=given("user", field("user"))),
        sets=("generation",),
    )
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            numbering.update(user=ana.pk, generation=10)
        with pytest.raises(TransactionManagementError):
            DataKey.objects.count()
        transaction.set_rollback(True)
