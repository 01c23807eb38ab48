"""Every transition of an account and its keys, in any order: nobody loses words, nobody gains any.

``WALKS=500 pytest tests/vault/test_walks.py`` walks as often before a release; each has 30 steps.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

WALKS = int(os.environ.get("WALKS", "15"))
STEPS = 30


def walk(times: int, steps: int = STEPS) -> None:
    from tests.vault.walks import Walk

    run_state_machine_as_test(
        Walk,
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
    walk(WALKS)


@pytest.mark.slow
def test_the_same_holds_with_the_costs_of_a_real_site(db, settings):
    from workbook import settings as real

    settings.VAULT_ARGON2 = real.VAULT_ARGON2
    walk(1, steps=8)
