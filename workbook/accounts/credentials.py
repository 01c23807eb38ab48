"""Changing what opens an account: its password, by the old one or by the spare key."""

from collections.abc import Callable

from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest

from workbook.accounts import waits
from workbook.accounts.devices import devices_of, end_other_devices
from workbook.accounts.entering import begin_first, has_journal, keep_open, sign_in
from workbook.accounts.models import User
from workbook.vault.derivation import deriving_once
from workbook.vault.factors import end_factors_of_other_parts
from workbook.vault.keyring import Keyring
from workbook.vault.models import Session
from workbook.vault.passwords import (
    change_password_slot,
    open_with_earlier_password,
    open_with_password,
    reunite,
)
from workbook.vault.replacing import replace_data_key
from workbook.vault.sessions import end_other_sessions, keyring_of
from workbook.vault.spare_keys import find_by_spare_key


class ChangedMeanwhile(Exception):
    """The password was changed in another place while this was under way."""


class OpensNothing(Exception):
    """What was given opens nothing of this person's that is closed."""


def change_password(request: HttpRequest, user: User, current: str, new: str) -> Keyring | None:
    """Set a password of the person's own; every other browser is signed out, its device ended.

    ``current`` has been checked. Returns what is open now; None: a journal that was closed before,
    and still is. Raises ChangedMeanwhile, TooBusy.
    """
    with deriving_once():
        keyring = open_with_password(user, current) or keyring_of(request)
        _choose(user, new)
        with transaction.atomic():
            _keep(user)
            if keyring is not None:
                change_password_slot(user, keyring, new)
            elif not has_journal(user):
                keyring = begin_first(user, new)
            update_session_auth_hash(request, user)
            if keyring is not None:
                keep_open(request, user, keyring)
            end_other_sessions(request)
            end_other_devices(request, user, keyring)
            # Now, and not after the response: without its new mark this session would be out too.
            request.session.save()
    return keyring


def recover(request: HttpRequest, code: str, new: str) -> User | None:
    """Enter by the spare key alone and set a password. None: the key is nobody's.

    Raises CodeMistake, ChangedMeanwhile, TooBusy, VaultError.
    """
    user, keyring = find_by_spare_key(code) or (None, None)
    if keyring is None or not isinstance(user, User) or not user.is_active:
        return None
    _enter_anew(request, user, keyring, new)
    return user


def recover_by_waiting(request: HttpRequest, new: str) -> User | None:
    """The same by this device, once it has waited long enough; its secret is used up by it.

    Raises ChangedMeanwhile, also where somebody came in by anything better at the last moment;
    TooBusy, VaultError.
    """
    user, keyring = waits.opened_by_waiting(request) or (None, None)
    if user is None or keyring is None:
        return None
    try:
        _enter_anew(request, user, keyring, new, first=lambda: waits.use_up(user, request))
    except waits.EndedMeanwhile:
        raise ChangedMeanwhile from None
    return user


def _enter_anew(
    request: HttpRequest,
    user: User,
    keyring: Keyring,
    new: str,
    first: Callable[[], None] = lambda: None,
) -> None:
    """Set a password, end every session and device there is, and begin a session here.

    A code app or passkey that came with another part of the journal than this one ends, too.

    ``first`` is done before all else within the transaction.
    """
    with deriving_once():
        _choose(user, new)
        with transaction.atomic():
            first()
            _keep(user)
            end_factors_of_other_parts(user, keyring)
            change_password_slot(user, keyring, new)
            devices_of(user).filter(data_key_id__in=keyring.held).delete()
            Session.objects.filter(user_id=user.pk).delete()
            request.session.flush()
            sign_in(request, user)
            keep_open(request, user, keyring)
            request.session.save()


def regain(
    request: HttpRequest, user: User, password: str, *, earlier: str = "", code: str = ""
) -> None:
    """Open what is closed by an earlier password or the spare key; from now on ``password`` does.

    ``password`` has been checked. Raises OpensNothing, CodeMistake, TooBusy, VaultError.
    """
    with deriving_once():
        open_now = open_with_password(user, password)
        regained = open_with_earlier_password(user, earlier) if earlier else None
        with transaction.atomic():
            if code:
                # Within, so that one that is of no use here isn't marked as used.
                regained = _by_own_spare_key(user, code)
            if regained is None or (open_now and set(regained.held) <= set(open_now.held)):
                raise OpensNothing
            # What was set up since the older part was closed may be somebody else's.
            end_factors_of_other_parts(user, regained)
            if open_now is None:
                change_password_slot(user, regained, password)
                keyring = regained
            else:
                keyring = reunite(user, open_now, regained)
    keep_open(request, user, keyring)


def begin_new_key(request: HttpRequest, user: User, password: str, code: str = "") -> Keyring:
    """Seal all that ``password`` opens under a new key: every other session and device is out.

    ``password`` has been checked. The spare key goes on if it is given; else it ends, too. Raises
    OpensNothing when the password opens no journal or the code none of it, CodeMistake, TooBusy,
    VaultError; in each case nothing has changed.
    """
    with deriving_once():
        keyring = open_with_password(user, password)
        if keyring is None:
            raise OpensNothing
        with transaction.atomic():
            by_code = _by_own_spare_key(user, code) if code else keyring
            if by_code is None or not set(by_code.held) <= set(keyring.held):
                raise OpensNothing
            fresh = replace_data_key(user, keyring, password, code)
            keep_open(request, user, fresh)
            end_other_sessions(request)
            request.session.save()
    return fresh


def _by_own_spare_key(user: User, code: str) -> Keyring | None:
    found = find_by_spare_key(code)
    return found[1] if found and found[0].pk == user.pk else None


def _choose(user: User, new: str) -> None:
    """Hash the new password: the slow part, before any transaction that others would wait for."""
    user.set_password(new)
    user.password_is_own = True


def _keep(user: User) -> None:
    """Store what :func:`_choose` set, unless another change came first. Raises ChangedMeanwhile."""
    fields = ("password", "credential_version", "password_is_own")
    unchanged = User.objects.filter(pk=user.pk, credential_version=user.credential_version - 1)
    if not unchanged.update(**{field: getattr(user, field) for field in fields}):
        raise ChangedMeanwhile
