"""What operators may do to accounts: see names, sort people into groups, let in, set a password.

Nothing here opens a journal. Entries, keys and sessions are not registered anywhere.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.functions import TruncMonth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

from workbook.accounts import first_links
from workbook.accounts.access import person_here
from workbook.accounts.deletion import erase
from workbook.accounts.devices import devices_of
from workbook.accounts.forms import NewNameField
from workbook.accounts.login import has_journal
from workbook.accounts.models import User
from workbook.accounts.next_url import with_next
from workbook.accounts.second_step import (
    end_second_steps,
    has_second_step,
    has_staff_rights,
    must_have_second_step,
)
from workbook.vault.sessions import end_all_sessions

STAYS_CLOSED = _(
    "They can then sign in, and will be asked to choose a password of their own. "
    "Their journal stays closed until they bring their old password or their backup key. "
    "You can’t open it, and neither can anyone else."
)


class SetPasswordForm(auth_forms.AdminPasswordChangeForm):
    """Django's form for setting somebody's password, with the truth about what it does."""

    usable_password = None  # A password is the only way in, so it can't be switched off here.

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = STAYS_CLOSED


class AddPersonForm(forms.ModelForm):
    """A form for a new account, which asks for a username alone: its owner chooses the password, by
    a link.
    """

    name = NewNameField()


class PersonForm(auth_forms.UserChangeForm):
    """A form for what operators may change of an account."""

    name = NewNameField()


class FindsByWhatItShows:
    """An admin whose addresses filter by ``found_by`` alone.

    Django lets through any field of the model: whoever sees a list could sort people by what it
    doesn't show, one question at a time.
    """

    found_by: frozenset[str] = frozenset()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Returns whether an address may filter by this."""
        return lookup in self.found_by


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(FindsByWhatItShows, auth_admin.GroupAdmin):
    """Groups of people, found by their name in the box for searching."""


@admin.register(User)
class PersonAdmin(FindsByWhatItShows, auth_admin.UserAdmin):
    """The admin's pages about accounts, with names, groups, rights and the month of joining."""

    form = PersonForm
    add_form = AddPersonForm
    change_password_form = SetPasswordForm
    list_display = ("name", "joined", "is_active", "is_staff")
    list_filter = ("is_staff", "is_active", "groups")
    found_by = frozenset(
        {"is_staff__exact", "is_active__exact", "groups__id__exact", "groups__isnull"}
    )
    search_fields = ("name",)
    ordering = ("name",)
    filter_horizontal = ("groups",)
    readonly_fields = ("joined",)
    actions = ("sign_out", "enroll_again")
    fieldsets = (
        (None, {"fields": ("name", "password", "joined")}),
        (_("What they may do"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("name",)}),)
    add_form_template = None

    @admin.display(description=_("created"), ordering=TruncMonth("joined_on"))
    def joined(self, person: User) -> str:
        """Returns the month in which an account was made, such as 2026-11."""
        return f"{person.joined_on:%Y-%m}"

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Returns the fields that this operator may see and not change."""
        # Whoever may change people could otherwise give themselves every other right.
        if person_here(request).is_superuser:
            return self.readonly_fields
        return (*self.readonly_fields, "is_staff", "is_superuser", "groups")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Returns whether this operator may change the account."""
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Returns whether this operator may delete the account."""
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)

    @admin.action(description=_("Sign out everywhere"), permissions=["change"])
    def sign_out(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Ends every session and device of the chosen people."""
        for person in people:
            if self.has_change_permission(request, person):
                end_all_sessions(person.pk)
                devices_of(person).delete()
        messages.success(
            request, _("Signed out everywhere. They can sign in again. Nothing saved was changed.")
        )

    @admin.action(
        description=_("Remove the second step (code app and passkeys)"), permissions=["change"]
    )
    def enroll_again(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Ends the second steps of people who have lost theirs; staff set up another at their next
        sign-in.

        Not for oneself: a password or a backup key alone would be the way to staff's rights.
        """
        for person in people:
            if person == request.user:
                messages.error(
                    request,
                    _("Your own second step can only be changed under Account, or by another one."),
                )
            elif self.has_change_permission(request, person):
                end_second_steps(person)
                self.log_change(request, person, "second step")
        messages.success(
            request,
            _(
                "They are signed out everywhere and can sign in with their password. "
                "Their journal and backup key are as before."
            ),
        )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Stores an account that was made or changed: only the fields that were changed."""
        if not change:
            obj.set_unusable_password()
        changed = set(form.changed_data)
        if {"is_staff", "is_superuser"} & changed:
            # Whoever becomes staff sets up a second step, unless they have one.
            changed.add("may_enroll")
            obj.may_enroll = must_have_second_step(obj) and not has_second_step(obj)
        if not change:
            super().save_model(request, obj, form, change)
            return
        # Never all of the row: a password that its owner changes meanwhile must not come back.
        obj.save(update_fields=changed & {field.name for field in self.opts.concrete_fields})

    def get_urls(self) -> list[Any]:
        """Returns Django's addresses, and that of the page that makes somebody's one-time link."""
        view = self.admin_site.admin_view(self.first_link)
        return [path("<id>/link/", view, name="accounts_user_first_link"), *super().get_urls()]

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Shows the link of a new account at once. Behind a redirect it would have to be kept
        somewhere.
        """
        return self._link_page(request, obj, first_links.make(obj))

    def first_link(self, request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
        """Makes another link for somebody who has not begun yet."""
        person = self.get_object(request, id)
        if person is None or not self.has_change_permission(request, person):
            raise PermissionDenied
        if has_journal(person):
            return redirect("admin:auth_user_password_change", person.pk)
        if request.method != "POST":
            return self._link_page(request, person)
        self.log_change(request, person, "first link")
        return self._link_page(request, person, first_links.make(person))

    def _link_page(self, request: HttpRequest, person: User, token: str = "") -> HttpResponse:
        address = reverse("first-password", args=[token]) if token else ""
        context = {
            **self.admin_site.each_context(request),
            "title": _("A link for choosing the first password"),
            "person": person,
            "days": first_links.DAYS,
            "address": f"{settings.SITE_URL}{address}" if token else "",
        }
        response = render(request, "admin/accounts/user/first_link.html", context)
        add_never_cache_headers(response)
        return response

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 - Django's name for it
        form_url: str = "",
    ) -> HttpResponse:
        """Leads to the page that fits: one's own password, a first link, or Django's form."""
        if id == str(request.user.pk):
            # By the page that takes the journal along.
            return redirect("password")
        person = self.get_object(request, id)
        if person is not None and not has_journal(person):
            # Nobody else chooses a first password.
            return redirect("admin:accounts_user_first_link", person.pk)
        response: HttpResponse = super().user_change_password(request, id, form_url)
        return response

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Returns only the people that are to be deleted: Django would list and count what each of
        them has.
        """
        people = list(objs)
        is_allowed = all(self.has_delete_permission(request, person) for person in people)
        lacking = set() if is_allowed else {self.opts.verbose_name}
        count = {self.opts.verbose_name_plural: len(people)}
        return [str(person) for person in people], count, lacking, []

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Erases an account and everything that is its owner's."""
        erase(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Erases the chosen accounts and everything that is their owners'."""
        for person in queryset:
            erase(person)


def _may_touch(request: HttpRequest, person: User | None) -> bool:
    """Operators are for those who may do everything: a password one sets is a way to be them."""
    is_operator = person is not None and (person.is_staff or person.is_superuser)
    return person_here(request).is_superuser or not is_operator


@login_not_required
@never_cache
def login_admin(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """Leads whoever opens the admin to the site's own login, which opens the journal and counts
    tries.
    """
    wanted = request.GET.get("next") or reverse("admin:index")
    if request.user.is_authenticated and not request.user.is_staff:
        raise PermissionDenied
    # Signed in, but by a password or a backup key alone.
    step = "second-step" if request.user.is_authenticated else "login"
    return redirect(with_next(step, wanted))


# The site's own pages stand in for Django's: those would leave the journal closed behind them.
admin.site.login = login_admin  # type: ignore[method-assign]
admin.site.logout = RedirectView.as_view(pattern_name="logout")  # type: ignore[method-assign,assignment]
admin.site.password_change = RedirectView.as_view(pattern_name="password")  # type: ignore[method-assign,assignment]
admin.site.has_permission = has_staff_rights  # type: ignore[method-assign]
admin.site.site_header = _("Run this site")
admin.site.site_title = _("Run this site")
