"""Every transition of an account and its keys, in any order: nobody loses words, nobody gains any.

A walk has 30 steps, and every order of two moves is made; of three, which are ten times as many, in
the whole campaign.
"""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.campaigns import SOAK, rounds

pytestmark = pytest.mark.campaign

WALKS = rounds(150)
STEPS = 30
DEPTH = 3 if SOAK else 2


def walk(machine: type, times: int, steps: int = STEPS) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=times,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )


@pytest.mark.slow
def test_whoever_holds_a_valid_secret_reads_every_entry_and_nobody_else_reads_one(db):
    from tests.vault.walks import Walk

    walk(Walk, WALKS)


@pytest.mark.slow
def test_the_same_holds_with_the_costs_of_a_real_site(db, settings):
    from tests.vault.walks import Walk
    from workbook import settings as real

    settings.VAULT_ARGON2 = real.VAULT_ARGON2
    walk(Walk, 1, steps=8)


@pytest.mark.slow
def test_malicious_staff_read_no_older_entry_whatever_they_do_in_whatever_order(db):
    from tests.vault.staff_walk import StaffWalk

    walk(StaffWalk, WALKS)


BEGUN = ("set_password", "sign_in", "begin_anew")
BEGINNINGS = {
    "from the beginning": (),
    "after a password that staff chose as the reader": (
        *("set_password", "sign_in", "change_password"),
    ),
    "with a new journal and all ways into it": (*BEGUN, "make_backup_key", "add_device"),
    "with all of that, and the reader signed in": (
        *(*BEGUN, "make_backup_key", "add_device"),
        *("reader sign_in", "reader write"),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_nor_do_they_in_any_order_of_the_next_moves(db, beginning):
    from tests.vault.staff_walk import Story, explore

    story = Story()
    for step in beginning:
        who, _blank, move = step.rpartition(" ")
        getattr(story, move)(getattr(story, who or "staff"))
    seen: dict = {}
    explore(story, DEPTH, seen)
    assert len(seen) > 10
