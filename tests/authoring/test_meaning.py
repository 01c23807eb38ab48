"""Sentences read for what they mean: none of them stands in a corpus, or in a list of phrases."""

import pytest

from tests.authoring.texts import on_a_page
from workbook.authoring.lint import meaning
from workbook.authoring.lint.leaning import CARELESS, HEAVY, leaning, weighed
from workbook.authoring.lint.reread import sights

CAUGHT = {
    "C06c": "She loaded the gun while they were at church and put it in her mouth.",
    "C07c": "She ended her suffering, and now she is finally free and at peace.",
    "C07d": "He became an alcoholic because his wife left him, and for no other reason.",
    "C08b": "You are clearly bipolar, and anyone can see it.",
    "C09c": "I took three Xanax and half a bottle of wine to sleep.",
    "C14d": "It’s all in your head, so snap out of it.",
    "C14e": "You relapsed because you are weak, and you should be ashamed.",
}


@pytest.mark.parametrize(("code", "text"), CAUGHT.items())
def test_what_a_sentence_means_is_caught_as_advice(code: str, text: str) -> None:
    found = [finding for finding in on_a_page(text) if finding.code == code]
    assert [finding.severity for finding in found] == ["warning"]
    assert found[0].message.startswith("Read this again.")


def test_a_finding_names_what_it_saw_but_never_a_means() -> None:
    (shame,) = sights(CAUGHT["C14e"])
    assert "'relapsed'" in shame.message
    (means,) = sights(CAUGHT["C06c"])
    assert "gun" not in means.message


def test_words_that_only_lean_that_way_are_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    weighed.cache_clear()
    monkeypatch.setattr("workbook.authoring.lint.meaning.broken", lambda *_args: iter(()))
    (sight,) = sights("You are clearly an addict and a pathetic disgrace for using again.")
    assert sight.code == "C14f"
    assert "'" in sight.message
    weighed.cache_clear()


@pytest.mark.parametrize(
    "text",
    [
        "Ask your pharmacist before you change a dose.",
        "You aren’t a failure, and you can come back any time.",
        "Add half a cup of sugar and bake the pie.",
        "She has a job, a garden and two cats.",
        "Many things come together before somebody dies by suicide.",
        "Only a clinician can tell you if it’s depression.",
        "We took the bridge home and sang.",
    ],
)
def test_what_is_careful_or_everyday_is_left_alone(text: str) -> None:
    assert sights(text) == ()


@pytest.mark.parametrize(
    ("word", "found"),
    [("swallow~", "swallowing"), ("crush~", "crushes"), ("pop~", "popped"), ("deny~", "denied")],
)
def test_a_word_stands_for_its_forms(word: str, found: str) -> None:
    assert found in set(meaning.forms(word))


def test_a_gap_a_no_and_an_order_are_minded() -> None:
    text = (
        '[kind.k]\ncode = "C14d"\nwhy = "W."\n[family]\nno = "no"\nturn = "but"\n'
        'a = "one ... two"\nb = "three"\n'
        '[[rule]]\nkind = "k"\nneed = ["a", "b"]\nordered = true\nnear = 2\n'
    )
    known = meaning.read(text)

    def holds(sentence: str) -> bool:
        words = [word for word, _start in meaning.tokens(sentence)]
        return any(meaning.broken(meaning.families_in(sentence, words, known), known))

    assert holds("one x x two three")
    assert holds("no but one two three")
    assert not holds("one x x x x two three")
    assert not holds("three one two")
    assert not holds("no one two three")
    assert not holds("one two x x x three")


@pytest.mark.parametrize(
    "broken",
    [
        '[kind.k]\ncode = "C14d"\nwhy = "W."\n[family]\na = "a*"\n',
        '[kind.k]\ncode = "C14d"\nwhy = "W."\n[family]\na = "b"\n[[rule]]\nkind = "k"\nneed = ["c"]\n',
        "nothing = ",
    ],
)
def test_a_file_that_cannot_be_used_says_so(broken: str) -> None:
    with pytest.raises(meaning.UnreadableMeaning):
        meaning.read(broken)


def test_every_weight_is_of_something_that_can_be_met() -> None:
    rules = {f"rule {rule.name}" for rule in meaning.meaning().rules}
    weighed = {name for name in leaning().weights.lines if name.startswith("rule ")}
    assert weighed <= rules


def test_the_file_has_no_family_that_no_rule_or_weight_uses() -> None:
    known = meaning.meaning()
    families = {f for some in known.words.values() for f in some}
    families |= {
        entry.family
        for by_second in known.longer.values()
        for entries in by_second.values()
        for entry in entries
    }
    used = {f for rule in known.rules for part in rule.need for f in part}
    used |= {f for rule in known.rules for f in rule.unless} | {"no", "turn"}
    used |= {name.removeprefix("family ") for name in leaning().weights.lines} | {*HEAVY, *CARELESS}
    assert families <= used
