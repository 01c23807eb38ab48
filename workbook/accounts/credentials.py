"""Changing what opens an account: its password, by the old one or by the recovery key."""

from collections.abc import Callable

from django.contrib.auth import update_session_auth_hash
from django.db import transaction

from workbook.accounts import first_links, waits
from workbook.accounts.access import Request
from workbook.accounts.devices import devices_of, end_other_devices
from workbook.accounts.events import EventKind, tell
from workbook.accounts.login import begin_first, go_on_sealing, has_journal, keep_open, sign_in
from workbook.accounts.models import User
from workbook.vault.data_keys import reaches_the_oldest
from workbook.vault.derivation import deriving_once
from workbook.vault.factors import end_factors_of_newer_parts
from workbook.vault.keyring import Keyring
from workbook.vault.models import KeySlot, Session
from workbook.vault.passwords import (
    change_password_slot,
    open_with_earlier_password,
    open_with_password,
)
from workbook.vault.recovery_keys import find_by_recovery_key, open_with_recovery_key
from workbook.vault.resealing import has_newer_ways_in, origin_of, replace_data_key
from workbook.vault.sessions import end_other_sessions
from workbook.vault.slots import gather

USED = KeySlot.Standing.USED


class ChangedMeanwhile(Exception):
    """Says that the password was changed in another place while this was under way."""


class OpensNothing(Exception):
    """Says that what was given opens nothing of this person's that is closed."""


def change_password(
    request: Request, user: User, current: str, new: str, *, begins: bool = False
) -> Keyring | None:
    """Sets a password of the person's own; every other browser is signed out, its device ended.

    ``current`` has been checked. With ``begins`` a new journal begins beside one that stays closed.
    Returns what is open now; None: a journal that was closed before, and still is. Raises
    ChangedMeanwhile, TooBusy.
    """
    with deriving_once():
        keyring = open_with_password(user, current) or request.journal.keyring
        if keyring is not None and _is_owner_back(user, keyring):
            return _come_in(request, user, keyring, new)
        _choose(user, new)
        begins = keyring is None and (begins or not has_journal(user))
        if not has_journal(user):
            user.reset_on = None
        with transaction.atomic():
            _keep(user)
            if keyring is not None:
                change_password_slot(user, keyring, new)
            elif begins:
                keyring = begin_first(user, new)
            update_session_auth_hash(request, user)
            if keyring is not None:
                keep_open(request, user, keyring)
            end_other_sessions(request)
            end_other_devices(request, user, keyring)
            # Now, and not after the response: without its new mark this session would be out too.
            request.session.save()
    return keyring


def choose_first_password(request: Request, user: User, token: str, new: str) -> Keyring | None:
    """Sets the first password of an account that staff made, and begins its journal.

    ``token`` is of the one-time link that led here, and is used up. Raises Used, ChangedMeanwhile,
    TooBusy.
    """
    with deriving_once():
        _choose(user, new)
        user.reset_on = None
        with transaction.atomic():
            first_links.use_up(user, token)
            if has_journal(user):
                raise first_links.Used  # Begun meanwhile, by a password: that one counts.
            _keep(user)
            keyring = begin_first(user, new)
            Session.objects.filter(user_id=user.pk).delete()
            request.session.flush()
            sign_in(request, user)
            if keyring is not None:
                keep_open(request, user, keyring)
            request.session.save()
    return keyring


def recover(request: Request, code: str, new: str) -> User | None:
    """Signs in by the recovery key alone and sets a password. None: the key is nobody's.

    Raises CodeMistake, ChangedMeanwhile, TooBusy, VaultError.
    """
    user, keyring = find_by_recovery_key(code) or (None, None)
    if keyring is None or not isinstance(user, User) or not user.is_active:
        return None
    _come_in(request, user, keyring, new, code=code)
    tell(user, EventKind.BACKUP_KEY_USED)
    return user


def recover_by_waiting(request: Request, new: str) -> User | None:
    """Sets a new password by this device, once it has waited long enough; that uses up its secret.

    Raises ChangedMeanwhile, also where somebody came in by anything better at the last moment;
    TooBusy, VaultError.
    """
    user, keyring = waits.opened_by_waiting(request) or (None, None)
    if user is None or keyring is None:
        return None
    try:
        _come_in(request, user, keyring, new, first=lambda: waits.use_up(user, request))
    except waits.EndedMeanwhile:
        raise ChangedMeanwhile from None
    tell(user, EventKind.OPENED_BY_WAITING)
    return user


def regain(
    request: Request, user: User, password: str, new: str, *, earlier: str = "", code: str = ""
) -> None:
    """Opens a closed journal by an earlier password or the recovery key, and puts it all together.

    ``password`` has been checked; ``new`` takes its place, because somebody else may know it. All
    that was set up meanwhile ends. Raises OpensNothing, CodeMistake, ChangedMeanwhile, TooBusy,
    VaultError.
    """
    with deriving_once():
        open_now = open_with_password(user, password)
        regained = (
            open_with_recovery_key(user, code)
            if code
            else open_with_earlier_password(user, earlier)
        )
        if regained is None or (open_now and set(regained.held) <= set(open_now.held)):
            raise OpensNothing
        both = {
            key_id: ring.data_key(key_id)
            for ring in (open_now, regained)
            if ring
            for key_id in ring.held
        }
        together = gather(user.pk, both)
        # The recovery key of a newer part may be known to whoever began that part.
        goes_on = code if origin_of(user, regained) == origin_of(user, together) else ""
        keyring = _come_in(request, user, together, new, code=goes_on, is_regained=True)
    if code:
        tell(user, EventKind.BACKUP_KEY_USED)
    if open_now is not None:
        tell(user, EventKind.PARTS_JOINED, keyring)


def _is_owner_back(user: User, keyring: Keyring) -> bool:
    """Whether opening this ends a time in which others may have had the account.

    Staff have set a password, and the oldest part is open again: whatever was set up in that time
    must end.
    """
    return user.reset_on is not None and reaches_the_oldest(user.pk, keyring.held)


def _come_in(
    request: Request,
    user: User,
    keyring: Keyring,
    new: str,
    *,
    code: str = "",
    is_regained: bool = False,
    first: Callable[[], None] = lambda: None,
) -> Keyring:
    """Set a password, end every way in that there is, and begin a session here.

    Where a journal is regained, all that is open gets a new data key, and newer parts that stay
    closed are set back. ``code`` is the recovery key that led here and goes on; ``first`` is done
    before all else within the transaction.
    """
    is_shared = request.user.is_authenticated and request.session.get_expire_at_browser_close()
    is_regained = is_regained or _is_owner_back(user, keyring) or has_newer_ways_in(user, keyring)
    with deriving_once():
        _choose(user, new)
        if _is_owner_back(user, keyring):
            user.reset_on = None
        with transaction.atomic():
            first()
            _keep(user)
            end_factors_of_newer_parts(user, keyring)
            if is_regained:
                keyring = replace_data_key(user, keyring, new, code, recovery_key_standing=USED)
            else:
                change_password_slot(user, keyring, new)
                devices_of(user).filter(data_key_id__in=keyring.held).delete()
            waits.end(user)
            Session.objects.filter(user_id=user.pk).delete()
            request.session.flush()
            sign_in(request, user, is_shared=is_shared)
            keep_open(request, user, keyring)
            request.session.save()
    return go_on_sealing(request, user, keyring)


def begin_new_key(request: Request, user: User, password: str, code: str = "") -> Keyring:
    """Seals all that ``password`` opens under a new key: every other session and device is out.

    ``password`` has been checked. The recovery key goes on if it is given; else it ends, too.
    Raises OpensNothing when the password opens no journal or the code none of it, CodeMistake,
    TooBusy, VaultError; in each case nothing has changed.
    """
    with deriving_once():
        keyring = open_with_password(user, password)
        if keyring is None:
            raise OpensNothing
        by_code = open_with_recovery_key(user, code) if code else keyring
        if by_code is None or not set(by_code.held) <= set(keyring.held):
            raise OpensNothing
        with transaction.atomic():
            fresh = replace_data_key(user, keyring, password, code)
            keep_open(request, user, fresh)
            end_other_sessions(request)
            request.session.save()
    return go_on_sealing(request, user, fresh)


def _choose(user: User, new: str) -> None:
    """Hash the new password: the slow part, before any transaction that others would wait for."""
    user.set_password(new)
    user.password_is_own = True


def _keep(user: User) -> None:
    """Store what :func:`_choose` set, unless another change came first. Raises ChangedMeanwhile."""
    fields = ("password", "credential_version", "password_is_own", "reset_on")
    unchanged = User.objects.filter(pk=user.pk, credential_version=user.credential_version - 1)
    if not unchanged.update(**{field: getattr(user, field) for field in fields}):
        raise ChangedMeanwhile
