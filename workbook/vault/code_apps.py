"""A person's code app: set up, proven, asked at signing in, and its ten codes for when it is lost.

Its secret has to be read before any journal is open, so it is kept under the server's keys: noise
to whoever has only the database. It opens nothing by itself.
"""

import secrets
import time
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from workbook.vault import totp
from workbook.vault.data_keys import today
from workbook.vault.keyring import Keyring
from workbook.vault.models import CodeApp
from workbook.vault.sealing import derive_key
from workbook.web.unicode import normalized

CODES = 10
CODE_DIGITS = 12
"""Each of the ten codes: 39.9 bits, in three groups of four."""
SETTING_UP_SECONDS = 900
"""How long an app may take to be proven: later, the browser may be in somebody else's hands."""
_GROUP = 4
_AGAIN = 3


def begin_code_app(user: AbstractBaseUser, keyring: Keyring) -> bytes:
    """Begins to set an app up, and returns the secret to put into it. It asks nobody until
    :func:`prove_code_app`.
    """
    secret = totp.new_secret()
    app = CodeApp(user_id=user.pk, data_key_id=keyring.current_id)
    app.wrap({"secret": secret.hex(), "step": 0, "codes": [], "begun": int(time.time())})
    with transaction.atomic():
        CodeApp.objects.filter(user_id=user.pk, proven_on=None).delete()
        app.save(force_insert=True)
    return secret


def secret_to_prove(user: AbstractBaseUser) -> bytes | None:
    """Returns the secret of an app that is being set up, to be shown once more after a slip."""
    app = _being_set_up(user)
    return bytes.fromhex(app.unwrap()["secret"]) if app else None


def prove_code_app(user: AbstractBaseUser, code: str) -> list[str] | None:
    """Lets the app be asked for at signing in from now on, and no earlier one.

    Returns the ten codes to be shown once; None: the code is wrong, or it took too long. Raises as
    ``unwrap``.
    """
    app = _being_set_up(user)
    if app is None:
        return None
    payload = app.unwrap()
    del payload["begun"]
    step = totp.step_of(bytes.fromhex(payload["secret"]), digits(code), time.time())
    if step is None:
        return None
    codes = _new_codes()
    app.wrap(payload | {"step": step, "codes": [_digest(app, one) for one in codes]})
    with transaction.atomic():
        found = CodeApp.objects.filter(user_id=user.pk, id=app.id, proven_on=None)
        if not found.update(wrapped=app.wrapped, proven_on=today()):
            return None
        CodeApp.objects.filter(user_id=user.pk).exclude(id=app.id).delete()
    return [_shown(one) for one in codes]


def has_code_app(user: AbstractBaseUser) -> bool:
    """Returns whether a code is asked for when this person signs in by password."""
    return _live(user) is not None


def codes_left(user: AbstractBaseUser) -> int:
    """Returns how many of the ten codes have not been used."""
    app = _live(user)
    return len(app.unwrap()["codes"]) if app else 0


def use_code(user: AbstractBaseUser, code: str) -> bool:
    """Uses a code of the person's app or one of the ten up, and returns whether it is one."""
    for _time in range(_AGAIN):
        app = _live(user)
        used = _used(app, digits(code)) if app else None
        if app is None or used is None:
            return False
        # Only over what was read: of two that come at once with the same code, one is refused.
        if app.rewrap(used):
            return True
    return False


def renew_codes(user: AbstractBaseUser) -> list[str]:
    """Makes ten new codes, to be shown once; the earlier ones end. None where there is no app."""
    codes = _new_codes()
    while app := _live(user):
        payload = app.unwrap() | {"codes": [_digest(app, one) for one in codes]}
        # Over what was read: a code that is used at this moment must not come back.
        if app.rewrap(payload):
            return [_shown(one) for one in codes]
    return []


def remove_code_app(user: AbstractBaseUser) -> None:
    """Removes the app, so that no code is asked for; the ten codes end with it."""
    CodeApp.objects.filter(user_id=user.pk).delete()


def digits(code: str) -> str:
    """Returns the digits of what was typed, in whatever groups and width."""
    return "".join(sign for sign in normalized("NFKC", code) if sign in "0123456789")


def _live(user: AbstractBaseUser) -> CodeApp | None:
    return CodeApp.objects.filter(user_id=user.pk, proven_on__isnull=False).first()


def _being_set_up(user: AbstractBaseUser) -> CodeApp | None:
    app = CodeApp.objects.filter(user_id=user.pk, proven_on=None).first()
    if app is None or time.time() - app.unwrap().get("begun", 0) > SETTING_UP_SECONDS:
        return None
    return app


def _used(app: CodeApp, code: str) -> dict[str, Any] | None:
    """What is to be kept of an app once this code is used; None: it isn't one of its codes."""
    payload = app.unwrap()
    if len(code) == totp.DIGITS:
        step = totp.step_of(bytes.fromhex(payload["secret"]), code, time.time())
        # Each once, and none from before the newest that was used.
        return payload | {"step": step} if step is not None and step > payload["step"] else None
    left = [one for one in payload["codes"] if one != _digest(app, code)]
    return payload | {"codes": left} if len(left) < len(payload["codes"]) else None


def _new_codes() -> list[str]:
    return [f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}" for _code in range(CODES)]


def _shown(code: str) -> str:
    return " ".join(code[start : start + _GROUP] for start in range(0, CODE_DIGITS, _GROUP))


def _digest(app: CodeApp, code: str) -> str:
    """What is kept of a code, inside the server's wrapping: the same code of nobody else's."""
    return derive_key(code.encode(), "single-use code", *app.context())[:16].hex()
