"""The account pages as a person meets them, on a phone, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "seven geese over the harbor"


def press(page: Page, name: str) -> None:
    page.locator("#main").get_by_role("button", name=name, exact=True).last.click()


def join(page: Page, name: str = "quiet-river-4821") -> None:
    page.goto("/account/signup/")
    page.get_by_label("Username").fill(name)
    page.locator("#id_password").fill(PASSWORD)
    press(page, "Create an account")
    expect(page).to_have_url(re.compile(r"/$"))


def test_every_account_page_is_accessible(page: Page, axe) -> None:
    for address in ("signup", "login", "recover"):
        page.goto(f"/account/{address}/")
        axe(page)
    press(page, "Set the password and sign in")
    axe(page)
    join(page)
    for address in (
        "",
        "code-app/",
        "recovery-key/",
        "password/",
        "devices/",
        "delete/",
        "logout/",
    ):
        page.goto(f"/account/{address}")
        axe(page)


def test_a_name_and_a_passphrase_are_two_taps_and_stay_on_the_page(page: Page) -> None:
    page.goto("/account/signup/")
    page.get_by_label("Mostly, but others may pick it up").check()
    page.get_by_role("button", name=re.compile("^Use ")).click()
    name = page.get_by_label("Username").input_value()
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d{4}", name)
    press(page, "Suggest a password of six words")
    made = page.locator("#passphrase").inner_text()
    expect(page.get_by_label("Password")).to_have_value(made)
    expect(page.get_by_label("Username")).to_have_value(name)
    expect(page.get_by_label("Mostly, but others may pick it up")).to_be_checked()
    press(page, "Create an account")
    expect(page).to_have_url(re.compile(r"/$"))


def test_the_same_without_script(plain_page: Page) -> None:
    plain_page.goto("/account/signup/")
    plain_page.get_by_role("button", name=re.compile("^Use ")).click()
    press(plain_page, "Suggest a password of six words")
    assert "-" in plain_page.get_by_label("Password").input_value()
    press(plain_page, "Create an account")
    expect(plain_page).to_have_url(re.compile(r"/$"))
    expect(plain_page.get_by_role("link", name="Account")).to_be_visible()


def test_enter_in_a_field_sends_the_form_and_takes_no_suggestion(plain_page: Page) -> None:
    plain_page.goto("/account/signup/")
    plain_page.get_by_label("Username").fill("my own name")
    plain_page.locator("#id_password").fill(PASSWORD)
    plain_page.get_by_label("Password").press("Enter")
    plain_page.goto("/account/")
    expect(plain_page.locator("#main")).to_contain_text("my own name")


def test_a_password_can_be_looked_at_and_is_covered_when_sent(page: Page) -> None:
    page.goto("/account/login/")
    field = page.get_by_label("Password", exact=True)
    field.fill("not the password")
    button = page.get_by_role("button", name="Show it")
    button.click()
    expect(field).to_have_attribute("type", "text")
    expect(button).to_have_attribute("aria-pressed", "true")
    types: list[str] = []
    page.expose_function("tell", lambda shown: types.append(shown))
    page.evaluate(
        "() => addEventListener('submit', () => tell(document.querySelector('#id_password').type))"
    )
    page.get_by_label("Name").fill("nobody")
    press(page, "Sign in")
    expect(page.locator(".error-summary")).to_be_focused()
    assert types == ["password"]


def test_pressed_twice_is_sent_once(page: Page) -> None:
    page.goto("/account/signup/")
    page.get_by_label("Username").fill("quiet-river-4821")
    page.locator("#id_password").fill(PASSWORD)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.evaluate(
        """() => {
          const form = document.querySelector("form[data-once]");
          form.requestSubmit();
          form.requestSubmit();
        }"""
    )
    expect(page).to_have_url(re.compile(r"/$"))
    assert sent.count("POST") == 1


def test_a_recovery_key_is_made_proven_and_opens_by_itself(page: Page, axe, new_context) -> None:
    join(page)
    page.goto("/account/recovery-key/")
    page.locator("#id_password").fill(PASSWORD)
    press(page, "Show me a new backup key")
    axe(page)
    code = "-".join(page.locator("#recovery-key code").all_inner_texts())
    page.emulate_media(media="print")
    expect(page.locator("#recovery-key")).to_be_visible()
    expect(page.get_by_role("textbox")).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_label("Type it from your paper").fill(f"UUUU{code[4:]}")
    press(page, "Check my backup key")
    expect(page.locator(".error-summary")).to_contain_text("Check group 1 again.")
    page.get_by_label("Type it from your paper").fill(code)
    press(page, "Check my backup key")
    expect(page.locator("#main")).to_contain_text("it was checked")

    other = new_context(java_script_enabled=False).new_page()
    other.goto("/account/recover/")
    other.get_by_label("Backup key").fill(code.lower())
    other.get_by_label("New password").fill("eight geese over the harbor")
    press(other, "Set the password and sign in")
    expect(other.locator("#main")).to_contain_text("quiet-river-4821")
    page.goto("/account/")
    expect(page).to_have_url(re.compile("/account/login/"))


def test_the_time_zone_of_the_device_is_put_in_when_asked(new_context) -> None:
    page = new_context(timezone_id="America/Chicago").new_page()
    join(page)
    page.goto("/account/")
    expect(page.get_by_label("Time zone")).to_have_value("")
    page.get_by_role("button", name=re.compile("^Use this device")).click()
    expect(page.get_by_label("Time zone")).to_have_value("America/Chicago")


def test_pages_fit_a_narrow_phone(new_context) -> None:
    page = new_context(viewport={"width": 320, "height": 640}).new_page()
    join(page, "a" * 64)
    for address in ("", "recovery-key/", "password/", "devices/", "delete/", "logout/"):
        page.goto(f"/account/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
