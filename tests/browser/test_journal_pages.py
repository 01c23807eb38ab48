"""The journal in a real browser: two devices, pages of one's own, finding, deleting, looking back."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from tests.journal.writing import write
from workbook.chapters.loader import library
from workbook.journal.entries.queries import answers_for, opened
from workbook.journal.models import EarlierVersion, Entry

pytestmark = pytest.mark.django_db(transaction=True)

CHAPTER = "/books/alongside/walking-beside/"
LONG = "understood-once"
FIELD, STATUS = f"#answer-{LONG}", f"#status-{LONG}"
SAVED = re.compile(r"^\s*Saved")
WITH_OR_WITHOUT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])


@pytest.fixture
def device(new_context, entered, person, live_server) -> Callable[..., Page]:
    """``device()`` → a page in a browser of its own, in which the person has entered."""

    def make(**options) -> Page:
        context: BrowserContext = new_context(**options)
        token = entered(person).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": token, "url": live_server.url}]
        )
        return context.new_page()

    return make


@pytest.fixture
def put(person):
    """``put("words")`` writes the answer to one prompt, as from another device."""

    def write_text(text="", prompt=LONG, answer=None, occurrence=""):
        book = library().book("alongside")
        asked = book.prompt(prompt).prompt
        found = answers_for(person.user, person.keyring, book, [asked]).get(asked.id, [])
        version = found[0].version if found and not occurrence else 0
        return write(
            person.user,
            person.keyring,
            book,
            asked,
            answer or {"text": text},
            expected=version,
            occurrence=occurrence,
        )

    return write_text


def kept(person):
    return opened(Entry.objects.get(user=person.user), person.keyring).answer["text"]


def type_and_save(page, words):
    page.locator(FIELD).press_sequentially(words, delay=5)
    page.locator(FIELD).dispatch_event("change")


def test_two_devices_lose_nothing_and_the_reader_chooses(device, person, axe):
    phone, laptop = device(), device(viewport={"width": 1280, "height": 800})
    phone.goto(CHAPTER)
    laptop.goto(CHAPTER)
    type_and_save(phone, "Ana sat with me on the floor.")
    expect(phone.locator(STATUS)).to_have_text(SAVED)
    type_and_save(laptop, "Ana sat with me until it was light.")
    expect(laptop.locator(STATUS)).to_contain_text("Both versions are kept")
    expect(laptop.locator(STATUS)).not_to_contain_text("Saved")
    assert kept(person) == "Ana sat with me on the floor."
    laptop.get_by_role("button", name="Show both versions").click()
    sides = laptop.locator(".compare__side")
    expect(sides.nth(0).locator(".only-here")).to_have_text("on the floor.")
    expect(sides.nth(1).locator(".only-here")).to_have_text("until it was light.")
    expect(laptop.locator(FIELD)).to_have_value("Ana sat with me until it was light.")
    axe(laptop)
    laptop.get_by_role("button", name="Keep both").click()
    expect(laptop.locator(FIELD)).to_have_value(
        "Ana sat with me on the floor.\n\nAna sat with me until it was light."
    )
    # The phone's page is the one left behind now.
    type_and_save(phone, " All night.")
    expect(phone.locator(STATUS)).to_contain_text("Both versions are kept")
    assert EarlierVersion.objects.filter(is_apart=True).count() == 1


def test_a_second_refusal_doesnt_replace_the_button_that_is_being_pressed(device, person):
    phone, laptop = device(), device()
    phone.goto(CHAPTER)
    laptop.goto(CHAPTER)
    type_and_save(phone, "Ana sat with me.")
    expect(phone.locator(STATUS)).to_have_text(SAVED)
    type_and_save(laptop, "Ana stayed.")
    button = laptop.get_by_role("button", name="Show both versions")
    expect(button).to_be_visible()
    button.evaluate("button => { window.pressed = button }")
    with laptop.expect_response(lambda answer: answer.status == 409):
        type_and_save(laptop, " All night.")
    laptop.wait_for_timeout(100)
    assert laptop.evaluate("window.pressed.isConnected")


def test_closed_without_choosing_the_other_version_waits_in_the_chapter(device, person, put):
    left_behind = device()
    left_behind.goto(CHAPTER)
    put("from the phone")
    type_and_save(left_behind, "from the page left behind")
    expect(left_behind.locator(STATUS)).to_contain_text("Both versions are kept")
    left_behind.context.close()
    page = device()
    page.goto(CHAPTER)
    page.get_by_role("link", name="Look at both").click()
    page.get_by_role("link", name="Another version, not chosen yet").click()
    expect(page.locator("#main")).to_contain_text("from the page left behind")
    page.get_by_role("button", name="Use the other version").click()
    expect(page.locator(FIELD)).to_have_value("from the page left behind")
    assert kept(person) == "from the page left behind"


def test_without_a_script_the_choice_comes_as_a_page(device, person, put):
    page = device(java_script_enabled=False)
    page.goto(CHAPTER)
    put("from the phone")
    page.locator(FIELD).fill("from the old page")
    page.locator(f"#prompt-{LONG}").get_by_role("button", name="Save").last.click()
    expect(page.locator("#main h1")).to_have_text("Two versions")
    page.locator(FIELD).fill("from the phone and the old page")
    page.locator(f"#prompt-{LONG}").get_by_role("button", name="Save").last.click()
    expect(page.locator(FIELD)).to_have_value("from the phone and the old page")
    assert not Entry.objects.get().has_apart
    assert EarlierVersion.objects.count() == 2


def test_an_answer_lost_on_the_way_is_no_conflict_with_oneself(device, person):
    page = device()
    page.goto(CHAPTER)
    lost = []

    def lose_the_first_answer(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.abort()

    page.route("**/journal/answers/**", lose_the_first_answer)
    type_and_save(page, "one")
    expect(page.locator(STATUS)).to_contain_text("Not saved yet")
    type_and_save(page, ", two")
    expect(page.locator(STATUS)).to_have_text(SAVED, timeout=20_000)
    assert lost == [200]
    assert kept(person) == "one, two"
    assert not EarlierVersion.objects.exists()


def test_the_way_to_earlier_versions_appears_with_the_first_save(device, person):
    page = device()
    page.goto(CHAPTER)
    form = page.locator(f"#prompt-{LONG}")
    expect(form.get_by_role("link", name="See or delete them")).to_have_count(0)
    type_and_save(page, "words")
    expect(form.get_by_role("link", name="See or delete them")).to_be_visible()
    form.get_by_role("link", name="See or delete them").click()
    expect(page.locator("#main")).to_contain_text("words")


@WITH_OR_WITHOUT
def test_a_page_of_ones_own_is_written_dated_found_and_deleted(device, person, script):
    page = device(java_script_enabled=script)
    page.goto("/journal/")
    page.get_by_role("link", name="Write a page of your own").click()
    page.get_by_label("Title").fill("The blue notebook")
    page.locator("form.prompt").get_by_label("Date").fill("1999-12-31")
    page.get_by_label("Your words").fill("Oranges & <tea>")
    form = page.locator("form.prompt")
    if script:
        expect(form.locator("[role=status]")).to_have_text(SAVED)
    else:
        form.get_by_role("button", name="Save").last.click()
    page.goto("/journal/")
    expect(page.locator("#main")).to_contain_text("December 31, 1999")
    page.get_by_label("Search what you wrote").fill("oranges")
    page.get_by_role("button", name="Search").click()
    assert "oranges" not in page.url
    expect(page.locator("#main mark")).to_have_text("Oranges")
    page.get_by_role("link", name="The blue notebook").click()
    page.get_by_role("button", name="Delete this answer").click()
    expect(page.locator("#main")).not_to_contain_text("Oranges")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator("#main")).to_contain_text("Oranges")


@WITH_OR_WITHOUT
def test_everything_can_be_deleted_and_brought_back(device, person, put, script):
    put("long words")
    put("a line", "today-brought")
    page = device(java_script_enabled=script)
    page.goto("/journal/")
    page.get_by_role("link", name="Delete a chapter’s answers").click()
    page.get_by_text("Everything you ever wrote here").click()
    page.get_by_text("In seven days").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.locator("#main")).to_contain_text("Nothing is here yet")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator("#main")).to_contain_text("a line")


def test_by_keyboard_alone_one_gets_to_an_entry_and_deletes_it(device, person, put):
    put("long words")
    page = device()
    page.goto("/journal/")
    page.get_by_role("link", name=re.compile("^Open")).focus()
    page.keyboard.press("Enter")
    page.get_by_role("radio", name=re.compile("^In seven days")).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Bring it back")).to_be_visible()


def test_no_page_of_the_journal_has_an_accessibility_violation(
    device, person, put, axe_by_day_and_night
):
    put("the first words")
    put("")
    put("the second words")
    people = {"people": [{"who": "Ana", "kinds": ["Peer"], "good_for": "", "reach": ""}]}
    put(prompt="my-people", answer=people)
    for number in range(2):
        ends = {"low": "Not steady at all", "high": "Steady"}
        mark = f"00000000-0000-4000-8000-00000000000{number}"
        put(prompt="steady-now", answer={"value": number, **ends}, occurrence=mark)
    [version] = EarlierVersion.objects.all()
    page = device()
    for address in (
        "/journal/",
        "/journal/?by=chapter",
        "/journal/?part=alongside/walking-beside",
        reverse("new-page"),
        reverse("entry", args=[version.entry_id]),
        reverse("version", args=[version.entry_id, version.id]),
        reverse("journal-delete"),
        reverse("look-back"),
        reverse("what-holds"),
        reverse("chapter-back", args=["alongside", "walking-beside"]),
        reverse("over-time", args=["alongside", "steady-now"]),
        reverse("map-back", args=["alongside"]),
    ):
        page.goto(address)
        axe_by_day_and_night(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
    page.goto("/journal/")
    page.get_by_label("Search what you wrote").fill("words")
    page.get_by_role("button", name="Search").click()
    axe_by_day_and_night(page)
