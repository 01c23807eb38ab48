"""Code apps and passkeys when keys change: with which part of a journal each of them came."""

from collections.abc import Collection
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet

from workbook.vault.keyring import Keyring
from workbook.vault.models import CodeApp, DataKey, Passkey
from workbook.vault.passkeys import remove_passkeys


def end_factors_of_newer_parts(user: AbstractBaseUser, keyring: Keyring) -> bool:
    """Ends code apps and passkeys set up with a newer part of a journal than the keyring's oldest.

    For whoever comes back to an older part by something better than a password that staff set:
    meanwhile somebody else may have been in the account. What came with a part that is older still
    is its owner's. Returns whether anything was ended.
    """
    origins = dict(DataKey.objects.filter(user_id=user.pk).values_list("id", "origin"))
    oldest = min(origins[held] for held in keyring.held if held in origins)
    kept = [key_id for key_id, origin in origins.items() if origin <= oldest]
    apps = CodeApp.objects.filter(user_id=user.pk).exclude(data_key_id__in=kept)
    passkeys = Passkey.objects.filter(user_id=user.pk).exclude(data_key_id__in=kept)
    return _end(user, apps, passkeys)


def end_factors_of(user: AbstractBaseUser, data_key_ids: Collection[UUID]) -> bool:
    """Ends the code apps and passkeys that were set up with these data keys, and returns whether
    any was.
    """
    apps = CodeApp.objects.filter(user_id=user.pk, data_key_id__in=data_key_ids)
    passkeys = Passkey.objects.filter(user_id=user.pk, data_key_id__in=data_key_ids)
    return _end(user, apps, passkeys)


def _end(user: AbstractBaseUser, apps: QuerySet[CodeApp], passkeys: QuerySet[Passkey]) -> bool:
    those = list(passkeys)
    remove_passkeys(user, those)
    ended, _kinds = apps.delete()
    return bool(ended or those)


def move_factors(user: AbstractBaseUser, old: Keyring, fresh: Keyring) -> None:
    """Takes a code app over to a new data key, and ends passkeys, as every other way in ends.

    It opens nothing, and without it the password alone would be enough from that moment.
    """
    passkeys = Passkey.objects.filter(user_id=user.pk, data_key_id__in=old.held)
    remove_passkeys(user, list(passkeys))
    apps = CodeApp.objects.filter(user_id=user.pk, data_key_id__in=old.held)
    apps.update(data_key_id=fresh.current_id)
