import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts.conftest import NEW_PASSWORD, code_on
from workbook.accounts.models import User
from workbook.accounts.recovery_key_offer import make_recovery_key_due, recovery_key_due
from workbook.vault.models import Session
from workbook.vault.passwords import open_with_password
from workbook.vault.recovery_keys import find_by_recovery_key, recovery_key_standing

PAGE, RECOVER = "/account/recovery-key/", "/account/recover/"

pytestmark = pytest.mark.django_db


def make(client: Client, person) -> str:
    response = client.post(PAGE, {"password": person.password})
    return code_on(response.text)


def standing(person) -> str:
    return recovery_key_standing(person.user, person.keyring)


# --- The offer ---


def test_it_is_due_at_the_second_coming_and_not_at_joining(client, log_in) -> None:
    client.post("/account/signup/", {"username": "ana", "password": NEW_PASSWORD})
    assert not recovery_key_due(User.objects.get())
    log_in(Client(), "ana", NEW_PASSWORD)
    assert recovery_key_due(User.objects.get())


def test_not_now_is_the_last_word(person, entered, log_in) -> None:
    make_recovery_key_due(person.user)
    client = entered(person)
    response = client.post(
        reverse("recovery-key-later"), headers={"referer": "http://testserver/journal/"}
    )
    assert response["Location"] == "/journal/"
    log_in(Client(), person.user.name, person.password)
    assert not recovery_key_due(User.objects.get())


def test_not_now_leads_to_no_other_site(person, entered) -> None:
    for referer in ("https://evil.example/x", "http://testserver//evil.example"):
        response = entered(person).post(reverse("recovery-key-later"), headers={"referer": referer})
        assert response["Location"] == "/"


def test_making_one_ends_the_offer(person, entered) -> None:
    make_recovery_key_due(person.user)
    make(entered(person), person)
    assert not recovery_key_due(User.objects.get())


# --- Making and proving ---


def test_it_is_shown_once_and_proven_by_typing_it_back(person, entered) -> None:
    client = entered(person)
    assert "No backup key yet" in client.get(PAGE).text
    code = make(client, person)
    assert len(code) == 11 * 5 - 1
    assert standing(person) == "pending"
    response = client.post(PAGE, {"prove": "1", "code": code.lower().replace("-", "  ")})
    assert response["Location"] == PAGE
    assert standing(person) == "live"
    page = client.get(PAGE).text
    assert "it was checked" in page
    assert code[:4] not in page


def test_a_wrong_group_is_named_and_what_was_typed_stays(person, entered) -> None:
    client = entered(person)
    groups = make(client, person).split("-")
    groups[2], groups[6] = "0000", "ZZZZ"
    typed = "-".join(groups)
    response = client.post(PAGE, {"prove": "1", "code": typed})
    assert "Check groups 3, 7 again. The other groups are right." in response.text
    assert typed in response.text
    assert standing(person) == "pending"


def test_the_code_itself_is_not_shown_again_after_a_slip(person, entered) -> None:
    client = entered(person)
    code = make(client, person)
    response = client.post(PAGE, {"prove": "1", "code": "nonsense"})
    assert code not in response.text
    assert code.split("-")[4] not in response.text


def test_an_older_paper_is_told_as_one(person, entered) -> None:
    client = entered(person)
    older = make(client, person)
    make(client, person)
    response = client.post(PAGE, {"prove": "1", "code": older})
    assert "This isn’t the newest backup key." in response.text


def test_nothing_typed_is_asked_for_and_nothing_breaks(person, entered) -> None:
    client = entered(person)
    make(client, person)
    assert "Type your backup key." in client.post(PAGE, {"prove": "1", "code": " "}).text
    page = client.post(PAGE, {"prove": "1"})
    assert "Check your backup key" in page.text
    assert "error-summary" not in page.text


def test_making_one_asks_for_the_password(person, entered) -> None:
    client = entered(person)
    response = client.post(PAGE, {"password": "a wrong password"})
    assert "That isn’t your password." in response.text
    assert standing(person) == ""


def test_while_locked_nobody_makes_one(person, entered) -> None:
    response = entered(person, locked=True).get(PAGE)
    assert response["Location"] == f"/account/login/?next={PAGE.replace('/', '%2F')}"


def test_a_stale_page_asks_again_and_keeps_the_typed_code(person, entered, strict) -> None:
    strict.cookies = entered(person).cookies
    response = strict.post(PAGE, {"prove": "1", "code": "AAAA-BBBB"})
    assert response.status_code == 403
    assert "AAAA-BBBB" in response.text
    assert strict.post(PAGE, {"password": person.password}).status_code == 403
    assert standing(person) == ""


def test_the_page_with_the_code_is_never_kept(person, entered) -> None:
    response = entered(person).post(PAGE, {"password": person.password})
    assert "no-store" in response["Cache-Control"]


# --- Recovering ---


@pytest.fixture
def code(person, entered) -> str:
    client = entered(person)
    made = make(client, person)
    client.post(PAGE, {"prove": "1", "code": made})
    client.post("/account/logout/")
    return made


def test_the_recovery_key_alone_opens_everything(client, person, code, log_in, is_open) -> None:
    response = client.post(RECOVER, {"code": code, "password": NEW_PASSWORD})
    assert response["Location"] == PAGE
    assert is_open(client)
    user = User.objects.get()
    assert user.password_is_own
    regained = open_with_password(user, NEW_PASSWORD)
    assert regained
    assert regained.held == person.keyring.held
    assert open_with_password(user, person.password) is None
    assert not is_open_with(log_in, person.user.name, person.password)


def is_open_with(log_in, name: str, password: str) -> bool:
    return log_in(Client(), name, password).status_code == 302


def test_recovering_signs_every_other_browser_out(client, person, code, entered) -> None:
    other = entered(person)
    client.post(RECOVER, {"code": code, "password": NEW_PASSWORD})
    assert other.get("/account/").status_code == 302
    assert Session.objects.count() == 1


def test_after_use_it_is_replaced_and_says_the_name(client, person, code) -> None:
    client.post(RECOVER, {"code": code, "password": NEW_PASSWORD})
    page = client.get(PAGE).text
    assert "should be replaced" in page
    assert person.user.name in page
    response = client.post(PAGE, {"password": NEW_PASSWORD})
    fresh = code_on(response.text)
    assert find_by_recovery_key(code)
    client.post(PAGE, {"prove": "1", "code": fresh})
    assert find_by_recovery_key(code) is None
    assert find_by_recovery_key(fresh)


def test_a_slip_names_the_group_and_keeps_what_was_typed(client, code) -> None:
    typed = f"UUUU{code[4:]}"
    response = client.post(RECOVER, {"code": typed, "password": NEW_PASSWORD})
    assert "Check group 1 again. The other groups are right." in response.text
    assert typed in response.text
    assert NEW_PASSWORD not in response.text


def test_a_weak_new_password_does_not_use_the_key_up(client, person, code) -> None:
    response = client.post(RECOVER, {"code": code, "password": "short"})
    assert "Make it at least 12 characters long." in response.text
    assert code in response.text
    assert standing(person) == "live"


def test_a_key_of_nobody_is_told_so(client, person, code, entered) -> None:
    newer = make(entered(person), person)
    entered(person).post(PAGE, {"prove": "1", "code": newer})
    response = client.post(RECOVER, {"code": code, "password": NEW_PASSWORD})
    assert "this key doesn’t open anything here" in response.text
    assert response.status_code == 422


def test_a_key_of_someone_shut_out_opens_nothing(client, person, code) -> None:
    User.objects.update(is_active=False)
    response = client.post(RECOVER, {"code": code, "password": NEW_PASSWORD})
    assert "this key doesn’t open anything here" in response.text
    assert not Session.objects.exists()


def test_recovering_in_a_browser_of_someone_else_changes_who_is_in(
    make_person, code, entered
) -> None:
    ben = make_person("ben")
    client = entered(ben)
    client.post(RECOVER, {"code": code, "password": NEW_PASSWORD})
    assert "quiet-river-4821" in client.get("/account/").text


def test_the_recovery_key_works_for_who_is_only_locked(person, code, entered, is_open) -> None:
    client = entered(person, locked=True)
    client.post(RECOVER, {"code": code, "password": NEW_PASSWORD})
    assert is_open(client)


def test_many_tries_with_whole_keys_have_to_wait(client, code, monkeypatch) -> None:
    from workbook.accounts import throttles
    from workbook.vault import recovery_code

    monkeypatch.setattr(throttles, "RECOVERY_KEY", throttles.Bucket(burst=2, seconds=30))
    statuses = [
        client.post(
            RECOVER,
            {"code": recovery_code.show(recovery_code.new()), "password": NEW_PASSWORD},
        ).status_code
        for _ in range(3)
    ]
    assert statuses == [422, 422, 429]


def test_a_stale_recover_page_keeps_the_code(strict, code) -> None:
    response = strict.post(RECOVER, {"code": code, "password": NEW_PASSWORD})
    assert response.status_code == 403
    assert code in response.text
    assert NEW_PASSWORD not in response.text
