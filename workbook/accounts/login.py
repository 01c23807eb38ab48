"""Signing in: finds the person by name and password, and opens their journal with the password."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, OperationalError, transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from workbook.accounts import throttles, waits
from workbook.accounts.access import person_here
from workbook.accounts.devices import note_device
from workbook.accounts.known_browsers import browser_of, remember_browser
from workbook.accounts.models import User, normalize_name
from workbook.vault.derivation import TooBusy
from workbook.vault.keyring import Keyring
from workbook.vault.models import DataKey
from workbook.vault.passwords import begin, open_with_password
from workbook.vault.resealing import finish_replacing
from workbook.vault.sessions import sweep_idle_sessions, unlock_session

SHARED_LOCK_MINUTES = 5
"""Minutes after which an idle journal locks on a device that others use, at the most."""
SEALING_SECONDS = 2.0
"""How long somebody who signs in waits for rows to be sealed again; some three thousand of them."""

LOOKED_AT = "looked at"
"""The session's key for a list of what its reader has looked at since the journal was opened."""

BACKEND = "django.contrib.auth.backends.ModelBackend"


def find_for(request: HttpRequest, name: str, password: str) -> User | None:
    """Returns the active person with this username and password, or None.

    Every try is counted; in a browser that this person has signed in with before, it is counted
    apart from the tries of others. Raises Throttled and TooBusy.
    """
    person = User.objects.filter(name=normalize_name(name)).first()
    counted = throttles.count_login(request, name, browser_of(request, person))
    try:
        if person is None:
            make_password(password)  # Takes as long as a check, so that time doesn't tell.
            return None
        is_right = person.check_password(password) and person.is_active
    except TooBusy:
        throttles.take_back(counted)  # Nothing was tried.
        raise
    if not is_right:
        return None
    throttles.take_back(counted)
    return person


def find_again(request: HttpRequest, password: str) -> User | None:
    """Returns the person who is signed in, read again, if this is their password, or else None.

    The try is counted as a sign-in is. Used before anything that somebody who finds a page open
    must not be able to do. Raises Throttled and TooBusy.
    """
    return find_for(request, person_here(request).name, password)


def confirm_password(request: HttpRequest, form: BaseForm, field: str = "password") -> User | None:
    """Returns the person who is signed in if a form's field holds their password, or else None.

    The form is valid so far; a wrong password is added to it as the field's error.
    Raises Throttled and TooBusy.
    """
    user = find_again(request, form.cleaned_data[field])
    if user is None:
        form.add_error(
            field,
            _("That isn’t your current password.")
            if field == "current"
            else _("That isn’t your password."),
        )
    return user


def open_journal(user: User, password: str) -> Keyring | None:
    """Returns the keyring of a person's journal, opened with a password that is known to be right.

    A person without a journal gets their first one. None means that the journal stays closed:
    somebody else has set the password since, or staff gave it and it is still to be replaced.
    Raises TooBusy, and VaultError when a server key is missing.
    """
    keyring = open_with_password(user, password)
    if keyring is None and user.password_is_own and not has_journal(user):
        keyring = begin_first(user, password)
    return keyring


def begin_first(user: User, password: str) -> Keyring | None:
    """Begins a person's first journal, or a new one, and returns its keyring.

    Of two requests that come at once, the later opens what the first began. Raises TooBusy.
    """
    try:
        with transaction.atomic():
            return begin(user, password)
    except IntegrityError:
        return open_with_password(user, password)


def has_journal(user: User) -> bool:
    """Returns whether a person ever began a journal, open now or not."""
    return DataKey.objects.filter(user_id=user.pk).exists()


def has_closed_part(user: User, keyring: Keyring | None) -> bool:
    """Returns whether a person's journal has a part that no key of the keyring opens.

    Without a keyring that is any journal.
    """
    if keyring is None:
        return has_journal(user)
    return DataKey.objects.filter(user_id=user.pk).exclude(id__in=keyring.held).exists()


def admit(
    request: HttpRequest, user: User, keyring: Keyring | None, *, is_shared: bool = False
) -> None:
    """Signs a person in, and opens their journal in this session if there is a keyring.

    ``is_shared`` says that others use the device as well.
    """
    # Whoever is signed in and locked keeps the session, and with it the forms in their other tabs.
    if request.user != user:
        sign_in(request, user, is_shared=is_shared)
    if keyring is not None:
        keep_open(request, user, keyring)
        go_on_sealing(request, user, keyring)
    sweep_idle_sessions()


def sign_in(request: HttpRequest, user: User, *, is_shared: bool = False) -> None:
    """Begins a session for a person, with the journal locked.

    On a shared device the session ends when the browser closes.
    """
    login(request, user, backend=BACKEND)
    if is_shared:
        request.session.set_expiry(0)  # The cookie ends with the browser.
    note_device(request, user)
    remember_browser(request, user)


def keep_open(request: HttpRequest, user: User, keyring: Keyring) -> None:
    """Unlocks the journal in this session, until it is idle for the minutes that its person chose.

    On a shared device these are ``SHARED_LOCK_MINUTES`` at the most. Whatever opens a journal calls
    this, so this is where the 48-hour wait of a device ends (see waits.py).
    """
    if waits.end(user):
        messages.warning(
            request,
            _(
                "A device of yours was asked to open your journal by waiting 48 hours. "
                "That has ended now, because you opened it. "
                "Wasn’t it you who asked? Then look at your devices under Account."
            ),
            fail_silently=True,
        )
    remember_browser(request, user)
    minutes = user.lock_minutes
    if request.session.get_expire_at_browser_close():
        minutes = min(minutes, SHARED_LOCK_MINUTES)
    request.session.pop(LOOKED_AT, None)
    unlock_session(request, keyring, minutes)


def go_on_sealing(request: HttpRequest, user: User, keyring: Keyring) -> Keyring:
    """Seals rows under the current data key that are still under a replaced one.

    Returns the keyring that the session holds then. Hardly anybody has such rows. What isn't done
    within ``SEALING_SECONDS`` is done when the journal is next opened.
    """
    if len(keyring.held) == 1:
        return keyring
    try:
        left = finish_replacing(user, keyring, SEALING_SECONDS)
    except OperationalError:
        return keyring  # The database is busy, and everything opens as it is.
    if left.held != keyring.held:
        keep_open(request, user, left)
    return left
