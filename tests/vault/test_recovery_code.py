import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.vault import recovery_code
from workbook.vault.recovery_code import ALPHABET, GROUPS, CodeMistake

SECRETS = st.text(ALPHABET, min_size=33, max_size=33).map(str.encode)
GROUP = st.integers(0, GROUPS - 1)


def groups_of(secret: bytes) -> list[str]:
    return recovery_code.show(secret).split("-")


def wrong_groups(code: str) -> list[int]:
    with pytest.raises(CodeMistake) as caught:
        recovery_code.read(code)
    return caught.value.groups


def test_a_new_code_has_eleven_groups_of_four_and_165_random_bits() -> None:
    secrets = {recovery_code.new() for _ in range(50)}
    assert len(secrets) == 50
    for secret in secrets:
        assert len(secret) * 5 == 165
        assert [len(group) for group in groups_of(secret)] == [4] * 11


@given(SECRETS)
def test_what_is_shown_reads_back(secret: bytes) -> None:
    assert recovery_code.read(recovery_code.show(secret)) == secret


@given(secret=SECRETS, between=st.sampled_from(["", " ", "-", " - ", "\n", "\u00a0", "–", "."]))
def test_case_separators_and_look_alikes_are_forgiven(secret: bytes, between: str) -> None:
    typed = between.join(groups_of(secret)).lower().replace("0", "o").replace("1", "l")
    assert recovery_code.read(f"  {typed}\n") == secret
    assert recovery_code.read(typed.replace("l", "I").replace("o", "O")) == secret


@given(secret=SECRETS, group=GROUP, place=st.integers(0, 3), other=st.sampled_from(ALPHABET))
def test_any_one_wrong_character_names_its_group(
    secret: bytes, group: int, place: int, other: str
) -> None:
    groups = groups_of(secret)
    if groups[group][place] == other:
        return
    groups[group] = groups[group][:place] + other + groups[group][place + 1 :]
    assert wrong_groups(" ".join(groups)) == [group + 1]
    assert wrong_groups("".join(groups)) == [group + 1]


@given(secret=SECRETS, group=GROUP, one=st.integers(0, 3), other=st.integers(0, 3))
def test_two_characters_that_changed_places_name_their_group(
    secret: bytes, group: int, one: int, other: int
) -> None:
    groups = groups_of(secret)
    letters = list(groups[group])
    letters[one], letters[other] = letters[other], letters[one]
    if "".join(letters) == groups[group]:
        return
    groups[group] = "".join(letters)
    assert wrong_groups("-".join(groups)) == [group + 1]


@given(secret=SECRETS, one=GROUP, other=GROUP)
def test_two_groups_that_changed_places_are_both_named(secret: bytes, one: int, other: int) -> None:
    if one == other:
        return
    groups = groups_of(secret)
    groups[one], groups[other] = groups[other], groups[one]
    assert wrong_groups("-".join(groups)) == sorted([one + 1, other + 1])


@given(secret=SECRETS, group=GROUP, place=st.integers(0, 3))
def test_a_missing_character_names_its_group(secret: bytes, group: int, place: int) -> None:
    groups = groups_of(secret)
    groups[group] = groups[group][:place] + groups[group][place + 1 :]
    assert wrong_groups("-".join(groups)) == [group + 1]


@given(secret=SECRETS, group=GROUP)
def test_a_missing_group_is_the_one_named(secret: bytes, group: int) -> None:
    groups = groups_of(secret)
    del groups[group]
    assert wrong_groups("-".join(groups)) == [group + 1]
    assert wrong_groups("".join(groups)) == [group + 1]


@given(secret=SECRETS, group=GROUP, stray=st.sampled_from("U!*éж"))
def test_a_character_outside_the_alphabet_names_its_group(
    secret: bytes, group: int, stray: str
) -> None:
    groups = groups_of(secret)
    groups[group] = groups[group][:3] + stray
    assert wrong_groups(" ".join(groups)) == [group + 1]


@given(st.text(max_size=100))
def test_any_text_is_answered_with_groups_to_look_at(text: str) -> None:
    groups = wrong_groups(text)
    assert groups
    assert all(1 <= group <= GROUPS for group in groups)


def test_a_code_with_more_after_it_points_at_the_end() -> None:
    assert wrong_groups(recovery_code.show(recovery_code.new()) + "-AB") == [11]


def test_a_mistake_never_repeats_the_code() -> None:
    secret = recovery_code.new()
    groups = groups_of(secret)
    groups[4] = "UUUU"
    with pytest.raises(CodeMistake) as caught:
        recovery_code.read("-".join(groups))
    assert str(caught.value) == "Look again at group 5."


def test_finding_the_account_says_nothing_about_the_key() -> None:
    secret = recovery_code.new()
    assert len(recovery_code.finder(secret)) == 32
    assert recovery_code.finder(secret) != secret
    assert recovery_code.finder(secret) == recovery_code.finder(secret)
