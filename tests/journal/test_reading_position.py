"""Where was I, from two tabs at once."""

import pytest

from workbook.accounts.models import User
from workbook.chapters.loader import library
from workbook.journal.reading_position import ReadingPosition, keep, place_of, remember

pytestmark = pytest.mark.django_db


@pytest.fixture
def tabs(person):
    """The person as two requests have them, who read the place at the same moment."""
    book = library().books[0]
    remember(person.user, person.keyring, book, book.chapters[0])
    return tuple(User.objects.select_related("place").get(pk=person.user.pk) for _tab in range(2))


def now(person) -> ReadingPosition:
    user = User.objects.select_related("place").get(pk=person.user.pk)
    return place_of(user, person.keyring)


def test_both_chapters_count_as_seen(person, tabs):
    book, (one, other) = library().books[0], tabs
    remember(one, person.keyring, book, book.chapters[1])
    remember(other, person.keyring, book, book.chapters[2])
    there = now(person)
    assert there.chapter == book.chapters[2].slug
    assert set(there.seen) == {chapter.slug for chapter in book.chapters[:3]}


def test_a_question_that_was_shown_is_not_shown_again(person, tabs):
    book, (one, other) = library().books[0], tabs
    remember(one, person.keyring, book, book.chapters[1])
    before = place_of(other, person.keyring)
    keep(
        other,
        person.keyring,
        ReadingPosition(before.book, before.chapter, before.seen, ("asked once",)),
    )
    remember(one, person.keyring, book, book.chapters[2])
    assert now(person).asked == ("asked once",)


def test_it_takes_one_statement(person, tabs, django_assert_num_queries):
    book, (one, _other) = library().books[0], tabs
    with django_assert_num_queries(1):
        remember(one, person.keyring, book, book.chapters[1])
    with django_assert_num_queries(0):
        remember(one, person.keyring, book, book.chapters[1])


def test_it_is_read_once_where_it_did_not_come_with_the_session(
    person, tabs, django_assert_num_queries
):
    for user, expected in ((User.objects.get(pk=person.user.pk), 1), (tabs[0], 0)):
        with django_assert_num_queries(expected):
            for _ in range(2):
                assert place_of(user, person.keyring).chapter == library().books[0].chapters[0].slug


def test_nobody_has_been_anywhere_is_read_once_too(person, django_assert_num_queries):
    user = User.objects.get(pk=person.user.pk)
    with django_assert_num_queries(1):
        for _ in range(2):
            assert place_of(user, person.keyring) == ReadingPosition()
