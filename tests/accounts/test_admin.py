import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models.signals import pre_save
from django.test import Client

from tests.elements import page as parsed
from workbook.accounts.models import User
from workbook.vault.models import DataKey, Session
from workbook.vault.passwords import open_with_password

PEOPLE = "/admin/accounts/user/"
GIVEN = "given by the staff 123"

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(make_person):
    made = make_person("operator")
    User.objects.filter(name="operator").update(is_staff=True, is_superuser=True)
    return made


@pytest.fixture
def office(operator, entered) -> Client:
    return entered(operator)


def test_the_admin_is_entered_by_the_sites_own_door(client) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/account/login/?next=%2Fadmin%2F"
    assert "<h1>Sign in</h1>" in response.text
    assert client.post("/admin/login/", {"username": "a", "password": "b"}).status_code == 302
    assert not Session.objects.exists()


def test_readers_are_kept_out_without_going_in_circles(person, entered) -> None:
    response = entered(person).get("/admin/", follow=True)
    assert response.status_code == 403
    assert 'id="crisis-banner"' in response.text


def test_operators_see_names_groups_and_coarse_dates(office, person) -> None:
    page = office.get(PEOPLE).text
    assert person.user.name in page
    assert f"{person.user.joined_on:%Y-%m}<" in page
    assert f"{person.user.joined_on.year}," not in page
    form = office.get(f"{PEOPLE}{person.user.pk}/change/").text
    for hidden in ("time_zone", "lock_minutes", "credential_version", "recovery_key"):
        assert hidden not in form


def test_the_admin_shows_no_keys_sessions_or_throttles(office) -> None:
    page = office.get("/admin/").text
    for private in ("data key", "slot", "session", "throttle", "entr"):
        assert private not in page.split('id="content"')[1].lower().replace("recent actions", "")


def test_a_set_password_lets_in_and_opens_nothing(office, person, log_in) -> None:
    address = f"{PEOPLE}{person.user.pk}/password/"
    assert "stays closed" in office.get(address).text
    response = office.post(address, {"password1": GIVEN, "password2": GIVEN})
    assert response.status_code == 302
    user = User.objects.get(pk=person.user.pk)
    assert user.check_password(GIVEN)
    assert not user.password_is_own
    assert open_with_password(user, GIVEN) is None
    client = Client()
    assert log_in(client, user.name, GIVEN)["Location"] == "/account/closed/"


def test_operators_change_their_own_password_where_the_journal_comes_along(
    office, operator
) -> None:
    assert office.get(f"{PEOPLE}{operator.user.pk}/password/")["Location"] == "/account/password/"
    assert office.get("/admin/password_change/")["Location"] == "/account/password/"


def test_operators_make_accounts_that_have_no_journal_yet(office) -> None:
    response = office.post(f"{PEOPLE}add/", {"name": "  New Person "})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    user = User.objects.get(name="new person")
    assert not user.password_is_own
    assert not DataKey.objects.filter(user=user).exists()


def test_operators_cannot_take_a_name_twice(office, person) -> None:
    response = office.post(f"{PEOPLE}add/", {"name": person.user.name.upper()})
    assert 'id="first-link"' not in response.text
    assert User.objects.filter(name=person.user.name).count() == 1


def test_people_are_put_into_groups_and_shut_out(office, person) -> None:
    authors = Group.objects.create(name="authors")
    data = {"name": person.user.name, "groups": [authors.pk]}
    assert office.post(f"{PEOPLE}{person.user.pk}/change/", data).status_code == 302
    user = User.objects.get(pk=person.user.pk)
    assert list(user.groups.all()) == [authors]
    assert not user.is_active
    assert user.check_password(person.password)


def test_deleting_by_the_admin_takes_everything(office, person, entered) -> None:
    entered(person)
    office.post(f"{PEOPLE}{person.user.pk}/delete/", {"post": "yes"}, follow=True)
    assert not User.objects.filter(pk=person.user.pk).exists()
    assert not DataKey.objects.filter(user_id=person.user.pk).exists()
    assert person.user.name not in office.get("/admin/").text


def test_many_are_deleted_like_one(office, make_person) -> None:
    people = [make_person("ana").user, make_person("ben").user]
    data = {
        "action": "delete_selected",
        "post": "yes",
        "_selected_action": [person.pk for person in people],
    }
    office.post(PEOPLE, data)
    assert list(User.objects.values_list("name", flat=True)) == ["operator"]


def test_an_operator_without_the_right_sees_nobody(make_person, entered) -> None:
    helper = make_person("helper")
    User.objects.filter(name="helper").update(is_staff=True)
    assert entered(helper).get(PEOPLE).status_code == 403
    helper.user.user_permissions.add(Permission.objects.get(codename="view_user"))
    assert entered(helper).get(PEOPLE).status_code == 200


@pytest.fixture
def helper(make_person):
    """Staff who may change and delete people, and not everything."""
    made = make_person("helper")
    User.objects.filter(name="helper").update(is_staff=True)
    rights = ("view_user", "change_user", "delete_user")
    made.user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return made


def test_whoever_may_change_people_gives_nobody_more_rights(helper, person, entered) -> None:
    authors = Group.objects.create(name="authors")
    more = {"is_active": "on", "is_staff": "on", "is_superuser": "on", "groups": [authors.pk]}
    data = {"name": person.user.name, **more}
    assert entered(helper).post(f"{PEOPLE}{person.user.pk}/change/", data).status_code == 302
    user = User.objects.get(pk=person.user.pk)
    assert user.is_active
    assert not user.is_staff
    assert not user.is_superuser
    assert not user.groups.exists()


def test_other_operators_and_oneself_are_out_of_reach_of_whoever_may_not_everything(
    helper, operator, entered
) -> None:
    entered(operator)
    client = entered(helper)
    given = {"password1": GIVEN, "password2": GIVEN}
    for other in (operator, helper):
        address = f"{PEOPLE}{other.user.pk}/"
        client.post(f"{address}change/", {"name": "renamed", "is_superuser": "on"})
        client.post(f"{address}password/", given)
        client.post(f"{address}delete/", {"post": "yes"})
        many = {"post": "yes", "_selected_action": [other.user.pk]}
        client.post(PEOPLE, {"action": "delete_selected", **many})
        client.post(PEOPLE, {"action": "sign_out", **many})
        user = User.objects.get(pk=other.user.pk)
        assert user.name == other.user.name
        assert user.is_superuser == (other is operator)
        assert user.check_password(other.password)
        assert Session.objects.filter(user=user).exists()


def test_people_are_signed_out_everywhere(office, operator, make_person, entered, is_open) -> None:
    ana, ben = make_person("ana"), make_person("ben")
    anas, bens = [entered(ana), entered(ana)], entered(ben)
    office.post(PEOPLE, {"action": "sign_out", "_selected_action": [ana.user.pk]})
    assert not any(map(is_open, anas))
    assert is_open(bens)
    assert is_open(office)
    assert is_open(entered(ana))


def test_leaving_the_admin_is_leaving_the_site(office) -> None:
    assert office.post("/admin/logout/")["Location"] == "/account/logout/"


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        PEOPLE,
        f"{PEOPLE}add/",
        f"{PEOPLE}add/?_popup=1",
        "{person}change/",
        "{person}password/",
        "{person}history/",
        "{person}delete/",
        "/admin/auth/group/",
        "/admin/auth/group/add/?_popup=1",
    ],
)
def test_help_stands_on_each_page_of_the_admin_too(office, person, address) -> None:
    page = office.get(address.replace("{person}", f"{PEOPLE}{person.user.pk}/"))
    assert page.status_code == 200
    assert page.text.count('id="crisis-banner"') == 1
    assert page.text.count('id="disclaimer"') == 1
    assert not parsed(page.text).acting()


@pytest.mark.parametrize(
    "lookup",
    [
        "credential_version=0",
        "credential_version__gt=0",
        "password__startswith=sealed",
        "password_is_own__exact=1",
        "joined_on__day=1",
        "joined_on=2026-01-01",
        "time_zone__startswith=America",
        "lock_minutes=15",
        "neutral_titles=1",
        "recovery_key_offer=due",
        "is_superuser__exact=1",
        "user_permissions__id__exact=1",
        "groups__user__password__startswith=sealed",
        "groups__name__startswith=a",
        "place__data_key_id__isnull=0",
        "id__startswith=a",
    ],
)
def test_nobody_is_found_by_what_the_list_does_not_show(office, person, lookup) -> None:
    assert office.get(f"{PEOPLE}?{lookup}").status_code == 400


@pytest.mark.parametrize("lookup", ["user__id=1", "user__time_zone=x", "name__startswith=a"])
def test_no_group_is_found_by_who_is_in_it(office, lookup) -> None:
    assert office.get(f"/admin/auth/group/?{lookup}").status_code == 400


def test_people_are_found_by_what_the_list_offers(office, person) -> None:
    authors = Group.objects.create(name="authors")
    person.user.groups.add(authors)
    for lookup in ("is_staff__exact=0", "is_active__exact=1", f"groups__id__exact={authors.pk}"):
        page = office.get(f"{PEOPLE}?{lookup}")
        assert page.status_code == 200
        assert person.user.name in page.text
    assert person.user.name not in office.get(f"{PEOPLE}?is_staff__exact=1").text


def test_sorting_by_month_tells_no_day(office, make_person) -> None:
    later, sooner = make_person("ana").user, make_person("ben").user
    User.objects.filter(pk=later.pk).update(joined_on="2025-03-20")
    User.objects.filter(pk=sooner.pk).update(joined_on="2025-03-02")
    for order in ("2", "-2"):
        links = parsed(office.get(f"{PEOPLE}?o={order}").text).all("a")
        assert [one.words for one in links if one.words in {"ana", "ben"}] == ["ana", "ben"]


def test_the_page_for_deleting_tells_nothing_of_what_somebody_has(office, person, entered) -> None:
    entered(person)
    more = {"action": "delete_selected", "_selected_action": [person.user.pk]}
    one, many = office.get(f"{PEOPLE}{person.user.pk}/delete/"), office.post(PEOPLE, more)
    for page in (one, many):
        content = page.text.split('id="content"')[1].lower()
        assert person.user.name in content
        for private in ("data key", "slot", "session", "entr"):
            assert private not in content


def test_saving_a_persons_name_puts_back_no_password_of_before(person, office) -> None:
    def meanwhile(sender, instance, **_more) -> None:
        if instance.pk == person.user.pk:
            User.objects.filter(pk=instance.pk).update(password="changed", credential_version=9)

    pre_save.connect(meanwhile, sender=User)
    try:
        address = f"{PEOPLE}{person.user.pk}/change/"
        office.post(address, {"name": "another name", "is_active": "on"})
    finally:
        pre_save.disconnect(meanwhile, sender=User)
    saved = User.objects.get(pk=person.user.pk)
    assert saved.name == "another name"
    assert (saved.password, saved.credential_version) == ("changed", 9)
