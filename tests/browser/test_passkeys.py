"""Passkeys in Chromium, with its own virtual authenticators: with and without PRF, refused, and two."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from workbook.accounts.models import User
from workbook.vault.models import KeySlot, Passkey
from workbook.vault.passwords import open_with_password
from workbook.vault.recovery_keys import add_recovery_key, prove_recovery_key

pytestmark = pytest.mark.django_db(transaction=True)

NAME, PASSWORD = "quiet-river-4821", "seven geese over the harbor"
PAGE = "/account/passkeys/"
ACCOUNT = re.compile(r"^[^?]*/account/$")


class Authenticators:
    """The devices of one browser, as its debugger makes them."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")

    def add(self, *, prf: bool = True, verifies: bool = True, transport: str = "internal") -> str:
        options = {
            "protocol": "ctap2",
            "ctap2Version": "ctap2_1",
            "transport": transport,
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": verifies,
            "hasPrf": prf,
            "automaticPresenceSimulation": True,
        }
        made = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return str(made["authenticatorId"])

    def remove(self, ident: str) -> None:
        self.session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": ident})

    def verify(self, ident: str, *, verifies: bool) -> None:
        self.session.send(
            "WebAuthn.setUserVerified", {"authenticatorId": ident, "isUserVerified": verifies}
        )

    def present(self, ident: str, *, is_there: bool) -> None:
        self.session.send(
            "WebAuthn.setAutomaticPresenceSimulation",
            {"authenticatorId": ident, "enabled": is_there},
        )

    def credentials(self, ident: str) -> list[dict[str, Any]]:
        found = self.session.send("WebAuthn.getCredentials", {"authenticatorId": ident})
        return list(found["credentials"])


@pytest.fixture
def page(new_context: Callable[..., BrowserContext], live_server: Any, settings: Any) -> Page:
    """A page on a phone, at an address at which browsers have passkeys."""
    settings.SITE_URL = live_server.url
    assert settings.SITE_URL.startswith("http://localhost:")
    return new_context().new_page()


@pytest.fixture
def devices(page: Page) -> Authenticators:
    return Authenticators(page)


@pytest.fixture
def ana(page: Page) -> User:
    """Somebody who is signed in on that page, and has a backup key that was checked."""
    page.goto("/account/signup/")
    page.get_by_label("Yes", exact=False).first.check()
    page.locator("[name=username]").fill(NAME)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Create an account", exact=True).last.click()
    expect(page).to_have_url(re.compile(r"/$"))
    user = User.objects.get(name=NAME)
    keyring = open_with_password(user, PASSWORD)
    assert keyring
    prove_recovery_key(user, add_recovery_key(user, keyring))
    return user


def add_passkey(page: Page, *, alone: str = "No, only I can", label: str = "my phone") -> None:
    page.goto(PAGE)
    page.get_by_label(alone).check()
    page.get_by_label("A name for the passkey").fill(label)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Add a passkey").click()


def sign_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.locator("#main").get_by_role("button", name="Sign out").first.click()
    page.wait_for_url(lambda url: "/leave/" not in url)


def sign_in(page: Page, next_page: str = "/account/") -> None:
    page.goto(f"/account/login/?next={next_page}")
    page.get_by_role("button", name="Sign in with a passkey").click()


def by_password(page: Page) -> None:
    page.locator("#id_username").fill(NAME)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).last.click()


def test_with_prf_it_signs_in_and_opens_the_journal(page, devices, ana) -> None:
    devices.add()
    add_passkey(page)
    expect(page.get_by_text("It signs you in and opens your journal.")).to_be_visible()
    assert KeySlot.objects.filter(kind="passkey").count() == 1
    sign_out(page)
    sign_in(page)
    expect(page).to_have_url(ACCOUNT)
    expect(page.get_by_role("button", name="Lock the journal now")).to_be_visible()


def test_without_prf_it_signs_in_and_the_password_opens(page, devices, ana) -> None:
    devices.add(prf=False)
    add_passkey(page)
    expect(page.get_by_text("Your password opens your journal").first).to_be_visible()
    assert Passkey.objects.count() == 1
    assert not KeySlot.objects.filter(kind="passkey").exists()
    sign_out(page)
    sign_in(page)
    expect(page.get_by_role("heading", name="Your journal is locked")).to_be_visible()
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Open my journal").click()
    expect(page).to_have_url(ACCOUNT)


def test_where_the_device_doesnt_know_its_person_nothing_happens(page, devices, ana) -> None:
    refusing = devices.add(verifies=False)
    add_passkey(page)
    expect(page.get_by_text("No passkey was made or used")).to_be_visible()
    assert not Passkey.objects.exists()
    # A device that has refused so often is blocked; another one takes its place.
    devices.remove(refusing)
    device = devices.add()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("It signs you in and opens your journal.")).to_be_visible()
    sign_out(page)
    devices.verify(device, verifies=False)
    sign_in(page)
    expect(page.get_by_text("No passkey was used.")).to_be_visible()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    by_password(page)
    expect(page).to_have_url(ACCOUNT)


def test_two_devices_of_one_person_each_open_it(page, devices, ana) -> None:
    first = devices.add()
    add_passkey(page, label="my phone")
    expect(page.get_by_text("my phone")).to_be_visible()
    devices.present(first, is_there=False)
    second = devices.add(transport="usb")
    add_passkey(page, label="my key")
    expect(page.get_by_text("my key")).to_be_visible()
    expect(page.get_by_text("It signs you in and opens your journal.")).to_have_count(2)
    assert len(devices.credentials(first)) == len(devices.credentials(second)) == 1
    for there, away in ((first, second), (second, first)):
        devices.present(there, is_there=True)
        devices.present(away, is_there=False)
        sign_out(page)
        sign_in(page)
        expect(page.get_by_role("button", name="Lock the journal now")).to_be_visible()


def test_one_device_takes_no_second_passkey_of_the_same_person(page, devices, ana) -> None:
    device = devices.add()
    add_passkey(page)
    expect(page.get_by_text("It signs you in and opens your journal.")).to_be_visible()
    add_passkey(page, label="once more")
    expect(page.get_by_text("No passkey was made or used")).to_be_visible()
    assert len(devices.credentials(device)) == 1


def test_whoever_isnt_alone_with_the_device_makes_none(page, devices, ana) -> None:
    device = devices.add()
    add_passkey(page, alone="Yes, or I’m not sure")
    expect(page.get_by_text("Anyone who can unlock this device")).to_be_visible()
    assert not devices.credentials(device)


def test_it_opens_a_locked_journal_and_the_page_that_was_asked_for(page, devices, ana) -> None:
    devices.add()
    add_passkey(page)
    expect(page.get_by_text("It signs you in and opens your journal.")).to_be_visible()
    page.goto("/account/")
    page.get_by_role("button", name="Lock the journal now").click()
    expect(page.get_by_role("heading", name="Your journal is locked")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(ACCOUNT)


def test_no_field_or_store_keeps_what_it_answered(page, devices, ana) -> None:
    devices.add()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    add_passkey(page)
    expect(page.get_by_text("It signs you in and opens your journal.")).to_be_visible()
    opened = [one for one in sent if "first=" in one]
    assert len(opened) == 1
    answer = re.search(r"first=([\w-]{43})", opened[0])
    assert answer
    assert "answer" not in opened[0]
    sign_out(page)
    sign_in(page)
    expect(page).to_have_url(ACCOUNT)
    posted = [one for one in sent if f"answer={answer[1]}" in one]
    assert len(posted) == 1
    kept = page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    )
    assert answer[1] not in kept
    page.go_back()
    assert answer[1] not in page.content()
    assert page.locator("[name=answer]").evaluate_all("all => all.map(one => one.value)") in (
        [""],
        [],
    )


def test_removing_it_here_leaves_the_journal_as_it_was(page, devices, ana) -> None:
    devices.add()
    add_passkey(page)
    page.get_by_role("button", name="Remove this passkey").click()
    expect(page.get_by_text("Nothing else has changed.")).to_be_visible()
    sign_out(page)
    sign_in(page)
    expect(page.get_by_text("That passkey isn’t known here.")).to_be_visible()
    by_password(page)
    expect(page).to_have_url(ACCOUNT)


def test_the_pages_are_accessible(page, devices, ana, axe) -> None:
    devices.add()
    add_passkey(page)
    expect(page.get_by_text("It signs you in and opens your journal.")).to_be_visible()
    axe(page)
    sign_out(page)
    page.goto("/account/login/")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_visible()
    axe(page)


def test_without_script_it_says_so_and_password_and_code_are_the_way(
    new_context, live_server, settings
) -> None:
    settings.SITE_URL = live_server.url
    plain = new_context(java_script_enabled=False).new_page()
    plain.goto("/account/signup/")
    plain.locator("[name=username]").fill(NAME)
    plain.locator("#id_password").fill(PASSWORD)
    plain.get_by_role("button", name="Create an account", exact=True).last.click()
    plain.goto(PAGE)
    expect(plain.get_by_text("This part needs JavaScript.")).to_be_visible()
    expect(plain.get_by_role("button", name="Add a passkey")).to_be_hidden()
    plain.goto("/account/code-app/")
    plain.locator("#id_password").fill(PASSWORD)
    plain.get_by_role("button", name="Set up a code app").click()
    expect(plain.locator("#secret")).to_be_visible()
    expect(plain.get_by_role("img", name="The same as a QR code")).to_be_visible()


def test_the_script_is_loaded_where_it_is_used_and_nowhere_else(page, ana) -> None:
    for address, is_there in (
        ("/account/passkeys/", True),
        ("/account/", False),
        ("/", False),
        ("/journal/", False),
        ("/account/code-app/", False),
    ):
        page.goto(address)
        assert page.locator("script[src*='passkeys']").count() == is_there, address
