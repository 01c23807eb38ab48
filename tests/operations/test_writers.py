"""Many write at once: the script of bench/, small enough for every run of the tests."""

import pytest

from bench.writers import run


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_people_who_write_at_once_lose_nothing(live_server):
    result = run(live_server.url, writers=5, seconds=3)

    assert result.errors == []
    assert result.lost == []
    assert result.saves >= 5
