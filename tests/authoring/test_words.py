"""Rules 4 to 10, 13b and 14: the lists of words catch what they must and spare what they must."""

import pytest

from tests.authoring.texts import codes, findings, on_a_page, page_codes, whole
from workbook.authoring.lint import phrases
from workbook.authoring.lint.codes import RULES

CAUGHT = {
    "C04": [
        "For young people, press 3 when the voice answers.",
        "You can also text PRIDE at any hour.",
        "Call the National Suicide Prevention Lifeline.",
    ],
    "C05": [
        "His uncle committed suicide that year.",
        "Committed\nsuicide, they said, over two lines.",
        "She had a failed suicide attempt behind her.",
        "After a successful suicide the town was silent.",
        "He tried **committing suicide** once.",
        "She killed herself in spring.",
        "It was a cry for help.",
    ],
    "C06a": [
        "They found him after he hanged himself.",
        "She left no suicide note.",
        "He took a handful of pills.",
        "I was cutting my arms in those days.",
    ],
    "C06b": ["When thoughts of suicide come, put the gun where you can't get at it."],
    "C07a": ["There is a suicide epidemic in our county.", "A wave of suicides shook the school."],
    "C07b": [
        "Debt drove him to suicide.",
        "She died by suicide because of her divorce.",
        "Bullying led to her suicide.",
    ],
    "C08": [
        "This exercise cures panic.",
        "Writing heals old wounds.",
        "Use this page to treat your depression.",
        "A proven way to sleep.",
        "It works for everyone.",
        "Ten minutes will make you feel better.",
        "Here you can diagnose what you have.",
        "It isn't magic, but it heals.",
    ],
    "C09a": [
        "Stop taking your medication when you feel well.",
        "Don't take your meds on a bad day.",
        "Double your dose in the evening.",
        "Try tapering slowly.",
    ],
    "C09b": [
        "Try to lose some weight first.",
        "Cut out sugar for a week.",
        "Drink eight glasses of water.",
        "Run for 20 minutes.",
    ],
    "C10": [
        "An addict in the family is hard.",
        "Many alcoholics know this.",
        "The mentally ill need us.",
        "She suffers from panic.",
        "He was a victim of violence.",
        "He got clean in June.",
        "Substance abuse is common.",
    ],
    "C14a": ["Just breathe.", "You simply write it down.", "It's easy once you begin."],
    "C14b": ["Keep your streak alive.", "You missed two days.", "No excuses this time."],
    "C14c": ["Stay positive!", "Everything happens for a reason.", "You've got this."],
}

SPARED = [
    # Negated
    ("C08", "This book doesn't cure anything, and can't treat an illness."),
    ("C08", "No page here is there to measure, to judge or to heal you."),
    ("C08", "Nobody can promise that it heals."),
    ("C08", "It isn't proven, and it may still help."),
    ("C08", "- **What they can't do:** cure you, or diagnose what you have."),
    ("C14b", "There are no streaks here."),
    ("C14c", "You don't have to stay positive."),
    ("C14a", "You shouldn't have to do this alone."),
    # Far from harm, and said to nobody
    ("C14a", "This is just a rough draft of the map."),
    # Quoted
    ("C10", 'A nurse once said, "He\'s an alcoholic," and left it at that.'),
    ("C08", "The poster said “This cures panic” in red."),
    ("C14a", '"Just breathe," they told him.'),
    ("C14c", "*Everything happens for a reason*, said a voice he knew."),
    ("C10", "> I am an addict, and I am more than that."),
    # Clinicians described
    ("C08", "A doctor can diagnose it and treat your depression."),
    ("C08", "| Who | What |\n|---|---|\n| Clinicians | Diagnose, and treat your symptoms |"),
    ("C08", "Therapists treat trauma; this book sits beside you."),
    ("C08", "## What this book can't do\n\n- Cure you\n- Diagnose you"),
    ("C08", "| Compare | Us |\n|---|---|\n| It can't | Heal you |"),
    # Medicine, with someone to ask or a warning
    ("C09a", "Talk with a prescriber before you stop any medicine."),
    ("C09a", "To stop a sedative all at once can be dangerous."),
    ("C09a", "What I take now, on a list."),
    # Words that only look alike
    ("C10", "Alcoholics Anonymous meets on Mondays. She cleaned up the kitchen."),
    ("C10", "The cleaning took an hour, and the shirt was clean."),
    ("C14a", "It was just as cold as before. Not just you. Just now it rained."),
    ("C14a", "Should you call first? You decide."),
    ("C08", "A secure door, a manicure and a treat for the dog."),
    ("C05", "He died by suicide in 2010. She committed to a plan."),
    ("C06b", "She cut the rope, and the boat drifted under the bridge."),
    ("C09b", "He ran for the bus, fast."),
    ("C04", "Press 1 for Veterans, 2 for Spanish."),
    ("C07b", "People die by suicide for many reasons at once."),
    ("C06a", "He hung the wet coat up to dry, and left a note for the milkman."),
    ("C06a", "He takes two pills with his coffee, as the label says."),
    ("C06b", "When thoughts of suicide come, put the kettle on."),
    ("C07a", "A wave of laughter went round the table. The flu epidemic was over."),
    ("C07b", "She moved because of her divorce."),
    ("C05", "She committed herself to the choir, and the cake failed."),
    ("C14b", "Nobody says you missed a day."),
]


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in CAUGHT.items() for text in texts]
)
def test_a_word_that_does_harm_is_caught(code: str, text: str) -> None:
    assert code in page_codes(text)


@pytest.mark.parametrize(("code", "text"), SPARED)
def test_a_word_is_spared_where_it_does_none(code: str, text: str) -> None:
    assert code not in page_codes(text)


def test_every_list_of_words_has_an_example_of_what_it_catches_and_of_what_it_spares() -> None:
    listed = {
        entry.group.code for entries in phrases.words().by_letters.values() for entry in entries
    }
    # What a prompt may ask has its own test below.
    assert listed - set(CAUGHT) == {"C13b"}
    assert listed - {code for code, _text in SPARED} == {"C13b"}


def with_story(words: str, told_by: str = "invented: yes") -> str:
    return whole(middle=f"::: story\ntitle: Another\n{told_by}\n\n{words}\n:::\n")


def test_people_may_call_themselves_what_they_like_in_their_own_story() -> None:
    own = "I am an addict. I got clean in June, and my father was an alcoholic."
    assert "C10" not in codes(with_story(own, "by: Ada Moss"))
    assert "C10" not in codes(with_story("I am an addict and I say so."))


def test_others_in_an_invented_story_are_not_labelled() -> None:
    assert "C10" in codes(with_story("Sam was an addict who lived upstairs."))


def test_a_story_may_say_should_and_just() -> None:
    told = "She should have known. He just sat there and kept his streak of quiet days."
    assert not {"C14a", "C14b"} & set(codes(with_story(told)))


def test_a_story_is_not_free_to_name_means() -> None:
    assert "C06a" in codes(with_story("He left a suicide note.", "by: Ada Moss"))


def test_an_option_may_speak_as_the_reader() -> None:
    asked = "::: pick any five\nWhat fits?\n\n- I should call more often\n- Just sit with me\n:::\n"
    assert "C14a" not in codes(whole(middle=asked))


def test_a_prompt_never_asks_for_the_worst() -> None:
    asked = "::: long answer five\nWhat was the worst day? What did you do?\n:::\n"
    assert "C13b" in codes(whole(middle=asked))
    assert "C13b" not in codes(whole(middle="It was the worst bread in town.\n"))


def test_a_finding_points_at_the_word_itself() -> None:
    text = "---\ntitle: A page\n---\n\nOne line.\nThen **an [addict](page:about)** came.\n"
    (finding,) = findings(text, "pages/a.md", "")
    assert (finding.line, finding.col) == (6, 12)
    assert text.splitlines()[5][finding.col - 1 :].startswith("addict")


def test_a_finding_in_a_key_points_there() -> None:
    text = whole(middle="::: note\ntitle: Stay positive\n\nWords.\n:::\n")
    (finding,) = [found for found in findings(text) if found.code == "C14c"]
    assert text.splitlines()[finding.line - 1][finding.col - 1 :] == "Stay positive"


def test_a_finding_in_a_table_points_into_its_cell() -> None:
    (finding,) = on_a_page("| One | Two |\n|---|---|\n| a | an addict |")
    assert (finding.line, finding.col) == (7, 10)


def test_a_message_says_why_and_what_instead() -> None:
    (finding,) = on_a_page("He committed suicide.")
    assert finding.message.startswith("'committed suicide':")
    assert finding.message.endswith("Say: died by suicide.")


def test_a_message_never_repeats_means() -> None:
    found = on_a_page("He hanged himself, and left a suicide note.")
    assert [finding.code for finding in found] == ["C06a", "C06a"]
    assert not any("hang" in f.message or "note" in f.message for f in found)


def test_code_and_link_targets_are_not_words() -> None:
    assert page_codes("`an addict` and [words](https://example.org/addict/just)") == []


def test_one_place_gives_one_finding_of_a_rule() -> None:
    assert page_codes("He has a substance abuser at home.") == ["C10"]


def test_adding_a_phrase_is_adding_a_line() -> None:
    words = phrases.read('[C10]\nwhy = "W."\n[C10.say]\n"loony/loonies" = "people"\n')
    assert set(words.by_letters) == {"loo"}


@pytest.mark.parametrize(
    "text",
    [
        '[C99]\nwhy = "W."\n[C99.say]\n"word" = ""\n',
        '[C10]\n[C10.say]\n"word" = ""\n',
        '[C10]\nwhy = "W."\nspare = ["sometimes"]\n[C10.say]\n"word" = ""\n',
        '[C10]\nwhy = "W."\n[C10.say]\n"... word" = ""\n',
        "not toml",
    ],
)
def test_a_slip_in_the_file_is_named(text: str) -> None:
    with pytest.raises(phrases.UnreadableWords):
        phrases.read(text)


def test_every_part_of_the_file_belongs_to_a_rule() -> None:
    assert {
        e.group.code for entries in phrases.words().by_letters.values() for e in entries
    } <= set(RULES)
