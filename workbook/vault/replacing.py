"""A new data key, when somebody fears that the old one is known: everything is sealed anew."""

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Max

from workbook.vault import recovery_code
from workbook.vault.factors import move_factors
from workbook.vault.keyring import Keyring
from workbook.vault.models import DataKey, KeySlot
from workbook.vault.passwords import new_password_slot
from workbook.vault.rows import SealedRow
from workbook.vault.sealing import new_key
from workbook.vault.slots import make_slot


def replace_data_key(
    user: AbstractBaseUser, old: Keyring, password: str, spare_key: str = ""
) -> Keyring:
    """Seal every row of ``old`` under a new data key, and end every other way in.

    In one transaction: whoever reads meanwhile sees all of the old or all of the new. Devices,
    passkeys and earlier passwords open nothing any more. The spare key goes on if it
    is given; it must have been found to be this person's before. Rows whose key isn't held stay as
    they are.

    Raises Damaged, with nothing changed, if a row can't be read; CodeMistake; TooBusy.
    """
    secret = recovery_code.read(spare_key) if spare_key else b""
    newest = DataKey.objects.filter(user_id=user.pk).aggregate(newest=Max("generation"))["newest"]
    data_key = DataKey(user_id=user.pk, generation=(newest or 0) + 1)
    fresh = Keyring(user.pk, {data_key.id: new_key()})
    made = [new_password_slot(user, fresh, password)]
    if secret:
        locator = recovery_code.finder(secret)
        made.append(make_slot(fresh, data_key.id, KeySlot.Kind.SPARE, secret, locator=locator))
    with transaction.atomic():
        # Whoever saves holds their key's row until the end: first all of those, then nobody new.
        list(DataKey.objects.select_for_update().filter(user_id=user.pk, id__in=old.held))
        data_key.save(force_insert=True)
        for model in sealed_models():
            rows = model._default_manager.filter(user_id=user.pk, data_key_id__in=old.held)
            for row in rows.select_for_update():
                row.reseal(old, fresh)
                row.save(force_update=True)
        move_factors(user, old, fresh)
        KeySlot.objects.filter(user_id=user.pk, data_key_id__in=old.held).delete()
        DataKey.objects.filter(user_id=user.pk, id__in=old.held).delete()
        for slot in made:
            slot.save(force_insert=True)
    return fresh


def sealed_models() -> list[type[SealedRow]]:
    """Every private table, whichever package it belongs to."""
    return [model for model in apps.get_models() if issubclass(model, SealedRow)]
