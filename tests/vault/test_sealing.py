import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.vault import sealing
from workbook.vault.sealing import Damaged, WrongSecret

KEY = bytes(range(32))
CONTEXTS = st.lists(st.binary(max_size=20), max_size=4)


@given(text=st.binary(max_size=600), context=CONTEXTS)
def test_what_is_sealed_opens_with_the_same_key_and_context(
    text: bytes, context: list[bytes]
) -> None:
    assert sealing.open_sealed(KEY, sealing.seal(KEY, text, *context), *context) == text


@given(one=CONTEXTS, other=CONTEXTS)
def test_another_context_never_opens_it(one: list[bytes], other: list[bytes]) -> None:
    sealed = sealing.seal(KEY, b"words", *one)
    if one != other:
        with pytest.raises(Damaged):
            sealing.open_sealed(KEY, sealed, *other)


def test_bytes_that_moved_from_one_part_of_the_context_to_the_next_are_noticed() -> None:
    sealed = sealing.seal(KEY, b"words", b"ab", b"c")
    with pytest.raises(Damaged):
        sealing.open_sealed(KEY, sealed, b"a", b"bc")


def test_every_flipped_bit_and_every_cut_is_refused() -> None:
    sealed = sealing.seal(KEY, sealing.pad(b"words"), b"place")
    for place in range(len(sealed)):
        for bit in range(8):
            flipped = bytearray(sealed)
            flipped[place] ^= 1 << bit
            with pytest.raises(Damaged):
                sealing.open_sealed(KEY, bytes(flipped), b"place")
        with pytest.raises(Damaged):
            sealing.open_sealed(KEY, sealed[:place], b"place")


def test_the_same_words_are_never_sealed_the_same_way_twice() -> None:
    assert len({sealing.seal(KEY, b"words") for _ in range(100)}) == 100


def test_a_wrong_secret_is_told_apart_from_damage() -> None:
    wrapped = sealing.wrap(b"secret", KEY, "slot", b"place")
    assert sealing.unwrap(b"secret", wrapped, "slot", b"place") == KEY
    with pytest.raises(WrongSecret):
        sealing.unwrap(b"other", wrapped, "slot", b"place")
    with pytest.raises(WrongSecret):
        sealing.unwrap(b"secret", wrapped, "another purpose", b"place")
    with pytest.raises(Damaged):
        sealing.unwrap(b"secret", wrapped, "slot", b"another place")
    with pytest.raises(Damaged):
        sealing.unwrap(b"secret", wrapped[:-1], "slot", b"place")


@given(text=st.binary(max_size=1000))
def test_padding_comes_off_as_it_went_on(text: bytes) -> None:
    padded = sealing.pad(text)
    assert len(padded) % sealing.BLOCK == 0
    assert sealing.unpad(padded) == text


def test_padding_hides_the_length_within_a_block() -> None:
    assert {len(sealing.pad(b"x" * length)) for length in range(256)} == {256}
    assert len(sealing.pad(b"x" * 256)) == 512


@pytest.mark.parametrize("padded", [b"", b"\0" * 256, b"x" * 256, b"x\x80", b"x" * 255 + b"\x81"])
def test_padding_that_is_not_ours_is_damage(padded: bytes) -> None:
    with pytest.raises(Damaged):
        sealing.unpad(padded)
