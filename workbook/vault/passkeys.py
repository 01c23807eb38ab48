"""Passkeys (WebAuthn): making one, and being shown one. What they open is in ``passkey_slots``.

The ceremonies themselves are fido2's. Here stand the demands that are ours: a passkey that names
its person by itself, a device that has asked for finger, face or PIN, this very origin, a few
algorithms. Of what a browser posts only the fields named below are read, so that what a passkey
makes of a text (its PRF output, which opens a journal) never reaches another library.
"""

import struct
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from fido2 import webauthn
from fido2.cose import ES256, RS256, CoseKey, EdDSA
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode

from workbook.vault.keyring import Keyring
from workbook.vault.labels import seal_label
from workbook.vault.models import Passkey
from workbook.vault.passkey_slots import salt_for, slots_of_passkey

ALGORITHMS: tuple[type[CoseKey], ...] = (ES256, EdDSA, RS256)
CHALLENGE_BYTES = 32

_KIND = webauthn.PublicKeyCredentialType.PUBLIC_KEY
_REQUIRED = webauthn.UserVerificationRequirement.REQUIRED
# What hostile bytes can make of fido2's readers. None of it is a fault of ours.
_NONSENSE = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    OverflowError,
    RecursionError,
    struct.error,
)


class Unproven(Exception):
    """Says that what a browser sent proves no passkey. Says nothing of what was sent."""


class CountsBackwards(Unproven):
    """Says that a passkey has counted fewer signatures than before: there may be a copy of it."""


def passkeys_possible() -> bool:
    """Returns whether browsers allow passkeys at this site's address: by https, or here by name.

    They never do at a bare address of numbers.
    """
    host = rp_id()
    is_name = not host.replace(".", "").isdigit() and ":" not in host
    return bool(host) and is_name and (settings.SITE_IS_HTTPS or host == "localhost")


def rp_id() -> str:
    """Returns the site's host name, to which each passkey is bound for good."""
    return urlsplit(settings.SITE_URL).hostname or ""


def options_to_make(
    user: AbstractBaseUser, challenge: bytes, *, name: str, shown_name: str, site_name: str
) -> dict[str, Any]:
    """Returns what ``navigator.credentials.create`` is to be asked for, in WebAuthn's JSON."""
    options, _state = _server(site_name).register_begin(
        webauthn.PublicKeyCredentialUserEntity(
            id=user.pk.bytes, name=name, display_name=shown_name
        ),
        credentials=[_descriptor(row) for row in passkeys_of(user)],
        resident_key_requirement=webauthn.ResidentKeyRequirement.REQUIRED,
        user_verification=_REQUIRED,
        challenge=challenge,
    )
    return _with_prf(dict(options.public_key))


def options_to_show(challenge: bytes, passkey: Passkey | None = None) -> dict[str, Any]:
    """Returns what ``navigator.credentials.get`` is to be asked for: any passkey of here, or this
    one.
    """
    allowed = [_descriptor(passkey)] if passkey else None
    options, _state = _server().authenticate_begin(
        allowed, user_verification=_REQUIRED, challenge=challenge
    )
    return _with_prf(dict(options.public_key))


def add_passkey(
    user: AbstractBaseUser,
    keyring: Keyring,
    posted: Mapping[str, Any],
    challenge: bytes,
    label: str = "",
) -> Passkey:
    """Keeps a passkey that was just made: from now on it signs in. Raises Unproven."""
    fields = ("clientDataJSON", "attestationObject")
    try:
        response = webauthn.RegistrationResponse.from_dict(_cleaned(posted, fields))
        made = _server().register_complete(_state(challenge), response)
        credential = made.credential_data
        is_ours = credential is not None and type(credential.public_key) in ALGORITHMS
        if credential is None or not is_ours or response.response.client_data.cross_origin:
            raise Unproven
        if response.raw_id != credential.credential_id:
            raise Unproven
    except _NONSENSE:
        raise Unproven from None
    row = Passkey(user_id=user.pk, data_key_id=keyring.current_id)
    row.sealed_label = seal_label(keyring, label) if label else None
    row.wrap({"credential": b64encode(credential).decode(), "count": made.counter})
    known = {_credential(other).credential_id for other in passkeys_of(user)}
    if credential.credential_id in known:
        raise Unproven
    row.save(force_insert=True)
    return row


def find_by_passkey(posted: Mapping[str, Any], challenge: bytes) -> Passkey:
    """Returns the passkey that was shown; its ``user`` is who has it. Raises Unproven.

    One that has counted backwards is refused (CountsBackwards) and stays as it is.
    """
    fields = ("clientDataJSON", "authenticatorData", "signature", "userHandle")
    try:
        response = webauthn.AuthenticationResponse.from_dict(_cleaned(posted, fields))
        user_id = UUID(bytes=response.response.user_handle or b"")
        theirs = Passkey.objects.filter(user_id=user_id).select_related("user")
        rows = [(_credential(row), row) for row in theirs]
        known = [credential for credential, _row in rows]
        shown = _server().authenticate_complete(_state(challenge), known, response)
        if response.response.client_data.cross_origin:
            raise Unproven
        count = response.response.authenticator_data.counter
    except _NONSENSE:
        raise Unproven from None
    [row] = [row for credential, row in rows if credential is shown]
    _note_count(row, count)
    return row


def credential_id_of(passkey: Passkey) -> bytes:
    """Returns the credential id of a passkey, by which its device knows it."""
    return _credential(passkey).credential_id


def passkeys_of(user: AbstractBaseUser) -> list[Passkey]:
    """Returns a person's passkeys, the oldest first."""
    return list(Passkey.objects.filter(user_id=user.pk).order_by("created_on", "id"))


def remove_passkeys(user: AbstractBaseUser, passkeys: list[Passkey]) -> None:
    """Ends passkeys, and the slots that they open. Nothing that was written is touched."""
    with transaction.atomic():
        for passkey in passkeys:
            slots_of_passkey(user, credential_id_of(passkey)).delete()
            passkey.delete()


def _note_count(row: Passkey, count: int) -> None:
    payload = row.unwrap()
    if (count or payload["count"]) and count <= payload["count"]:
        raise CountsBackwards
    if count and not row.rewrap(payload | {"count": count}):
        raise Unproven


def _server(site_name: str = "") -> Fido2Server:
    server = Fido2Server(
        webauthn.PublicKeyCredentialRpEntity(id=rp_id(), name=site_name or rp_id()),
        # fido2's own would take any subdomain as well.
        verify_origin=lambda origin: origin == settings.SITE_URL,
    )
    server.allowed_algorithms = [
        webauthn.PublicKeyCredentialParameters(type=_KIND, alg=one.ALGORITHM) for one in ALGORITHMS
    ]
    return server


def _state(challenge: bytes) -> dict[str, Any]:
    return {"challenge": websafe_encode(challenge), "user_verification": _REQUIRED}


def _cleaned(posted: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """What is handed on: ids and these fields of the response, all of them text; nothing else."""
    response = posted["response"]
    cleaned = {
        "id": posted["id"],
        "rawId": posted["rawId"],
        "type": "public-key",
        "response": {field: response[field] for field in fields},
    }
    texts = (cleaned["id"], cleaned["rawId"], *cleaned["response"].values())
    if not all(isinstance(text, str) for text in texts):
        raise TypeError
    return cleaned


def _credential(passkey: Passkey) -> webauthn.AttestedCredentialData:
    return webauthn.AttestedCredentialData(b64decode(passkey.unwrap()["credential"]))


def _descriptor(passkey: Passkey) -> webauthn.PublicKeyCredentialDescriptor:
    return webauthn.PublicKeyCredentialDescriptor(type=_KIND, id=credential_id_of(passkey))


def _with_prf(options: dict[str, Any]) -> dict[str, Any]:
    """The same, asking also what the passkey makes of this site's fixed text."""
    salt = websafe_encode(salt_for(rp_id()))
    return options | {"extensions": {"prf": {"eval": {"first": salt}}}}


def bytes_of(text: str) -> bytes:
    """Returns bytes from base64url, as WebAuthn's JSON has them. Raises Unproven."""
    try:
        return websafe_decode(text)
    except _NONSENSE:
        raise Unproven from None
