"""Coming in: who it is by name and password, and the journal that opens with it."""

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
SEALING_SECONDS = 2.0
"""How long somebody who comes in waits for rows to be sealed anew; some three thousand of them."""

LOOKED_AT = "looked at"
"""In a session: a list of what has been looked at since the journal was opened, once each time."""

BACKEND = "django.contrib.auth.backends.ModelBackend"


def find_for(request: HttpRequest, name: str, password: str) -> User | None:
    """Returns the person whose name and password these are; None where they aren't anybody's.

    The tries are counted, those of a browser that this person has signed in with before by
    themselves. Raises Throttled and TooBusy.
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
    """Returns the person of this request, read anew, if this is their password; counted as a
    sign-in is.

    Asked before what whoever finds a page open must not be able to do. Raises Throttled, TooBusy.
    """
    return find_for(request, person_here(request).name, password)


def confirm_password(request: HttpRequest, form: BaseForm, field: str = "password") -> User | None:
    """Checks the password in a valid form's field; where it is wrong, the form says so."""
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
    """Returns the journal behind a password that :func:`find_for` took; a first one begins here.

    None: it stays closed, because the password was set by someone else since, or was given by
    staff and is still to be replaced. Raises TooBusy, and VaultError when a server key is missing.
    """
    keyring = open_with_password(user, password)
    if keyring is None and user.password_is_own and not has_journal(user):
        keyring = begin_first(user, password)
    return keyring


def begin_first(user: User, password: str) -> Keyring | None:
    """Begins a first or a new journal; of two that come at once, the later opens what the first
    began.

    Raises TooBusy.
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
    """Returns whether there is a part of the journal that these keys don't open."""
    if keyring is None:
        return has_journal(user)
    return DataKey.objects.filter(user_id=user.pk).exclude(id__in=keyring.held).exists()


def admit(
    request: HttpRequest, user: User, keyring: Keyring | None, *, is_shared: bool = False
) -> None:
    """Signs a person in, with the journal open if there is a keyring."""
    # Whoever was only locked keeps the session, and with it the forms in their other tabs.
    if request.user != user:
        sign_in(request, user, is_shared=is_shared)
    if keyring is not None:
        keep_open(request, user, keyring)
        go_on_sealing(request, user, keyring)
    sweep_idle_sessions()


def sign_in(request: HttpRequest, user: User, *, is_shared: bool = False) -> None:
    """Begins a session for a person, with the journal locked; on a shared device it ends with the
    browser.
    """
    login(request, user, backend=BACKEND)
    if is_shared:
        request.session.set_expiry(0)  # The cookie ends with the browser.
    note_device(request, user)
    remember_browser(request, user)


def keep_open(request: HttpRequest, user: User, keyring: Keyring) -> None:
    """Unlocks this session for as long as the person has chosen, less on a shared device.

    Every opening comes through here, whatever opened it, so this is where a wait ends.
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
    """Seals anew what a replaced data key has left, for a moment, and returns what the session
    holds then.

    Nothing to do for nearly everybody. What isn't done in that time is done at the next opening.
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
