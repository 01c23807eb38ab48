"""A device with passkeys, in software: what a browser and its authenticator would send.

Chromium's own virtual one is driven in tests/browser; this one can also lie.
"""

import hashlib
import hmac
import json
import os
import struct
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256, CoseKey
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestedCredentialData

from workbook.vault.models import Session
from workbook.vault.recovery_keys import add_recovery_key, prove_recovery_key

PAGE = "/account/passkeys/"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Device:
    """One authenticator. Its attributes may be changed, to make it lie."""

    def __init__(self, *, has_prf: bool = True) -> None:
        self.has_prf = has_prf
        self.flags = PRESENT | VERIFIED
        self.origin = settings.SITE_URL
        self.rp_id = ""
        self.count = 0
        self.counts = False
        self.cross_origin: bool | None = None
        self.kind: type[CoseKey] = ES256
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = os.urandom(32)
        self.user_handle = b""
        self.prf_secret = os.urandom(32)

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """What ``navigator.credentials.create`` gives, as the page posts it."""
        self.rp_id = self.rp_id or options["rp"]["id"]
        self.user_handle = websafe_decode(options["user"]["id"])
        public = self.kind.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.credential_id, public)
        data = self._data(ATTESTED) + credential
        attestation = cbor.encode({"fmt": "none", "authData": data, "attStmt": {}})
        client = self._client("webauthn.create", options["challenge"])
        return self._posted(
            {
                "clientDataJSON": websafe_encode(client),
                "attestationObject": websafe_encode(attestation),
            }
        )

    def show(self, options: dict[str, Any]) -> dict[str, Any]:
        """What ``navigator.credentials.get`` gives, as the page posts it."""
        self.count += self.counts
        data, client = self._data(), self._client("webauthn.get", options["challenge"])
        signed = data + hashlib.sha256(client).digest()
        return self._posted(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": websafe_encode(self.user_handle),
            }
        )

    def answer(self, options: dict[str, Any]) -> str:
        """Its PRF output for the text that is asked, "" if it has none."""
        if not self.has_prf:
            return ""
        text = websafe_decode(options["extensions"]["prf"]["eval"]["first"])
        return websafe_encode(hmac.digest(self.prf_secret, text, "sha256"))

    def _data(self, more: int = 0) -> bytes:
        hashed = hashlib.sha256(self.rp_id.encode()).digest()
        return hashed + struct.pack(">BI", self.flags | more, self.count)

    def _client(self, what: str, challenge: str) -> bytes:
        client: dict[str, Any] = {"type": what, "challenge": challenge, "origin": self.origin}
        if self.cross_origin is not None:
            client["crossOrigin"] = self.cross_origin
        return json.dumps(client).encode()

    def _posted(self, response: dict[str, str]) -> dict[str, Any]:
        ident = websafe_encode(self.credential_id)
        return {"id": ident, "rawId": ident, "response": response}


class Browser:
    """Somebody's browser and its device, doing what ``static/js/passkeys.js`` does."""

    def __init__(self, client: Any, device: Device) -> None:
        self.client, self.device = client, device

    def add(self, password: str, *, alone: str = "yes", label: str = "", opens: bool = True) -> Any:
        """Add a passkey, and let it open the journal where the site asks for that."""
        begun = self.post(step="begin", alone=alone, password=password)
        if begun.status_code != 200:
            return begun
        options = begun.json()
        first = self.device.answer(options["publicKey"])
        made = self.device.make(options["publicKey"])
        reply = self.post(step="made", token=options["token"], made=json.dumps(made), label=label)
        if reply.status_code != 200 or "publicKey" not in reply.json() or not opens:
            return reply
        return self.open(reply.json(), first)

    def open(self, reply: dict[str, Any], first: str = "") -> Any:
        options = reply["publicKey"]
        first = first or self.device.answer(options)
        shown = json.dumps(self.device.show(options))
        return self.post(
            step="open",
            token=reply["token"],
            passkey=reply["passkey"],
            shown=shown,
            first=first,
            second=self.device.answer(options),
        )

    def post(self, **data: str) -> Any:
        return self.client.post("/account/passkeys/", data)

    def options(self) -> dict[str, Any]:
        reply = self.client.post("/account/passkeys/options/")
        options: dict[str, Any] = reply.json()
        return options

    def log_in(self, *, answer: str | None = None, **more: str) -> Any:
        """Sign in with the passkey."""
        options = self.options()
        return self.send(options, answer=answer, **more)

    def send(self, options: dict[str, Any], *, answer: str | None = None, **more: str) -> Any:
        if answer is None:
            answer = self.device.answer(options["publicKey"])
        shown = json.dumps(self.device.show(options["publicKey"]))
        data = {"token": options["token"], "shown": shown, "answer": answer}
        return self.client.post("/account/login/passkey/", {**data, **more})


# --- Fixtures ---


@pytest.fixture
def a_site_with_a_name(settings) -> None:
    settings.SITE_URL = "http://localhost"


@pytest.fixture
def ana(make_person):
    """Somebody with a password and a backup key that was checked."""
    ana = make_person("ana")
    ana.code = add_recovery_key(ana.user, ana.keyring)
    prove_recovery_key(ana.user, ana.code)
    return ana


@pytest.fixture
def device(a_site_with_a_name) -> Device:
    return Device()


@pytest.fixture
def phone(ana, entered, device) -> Browser:
    """A browser of hers, signed out, whose device has a passkey that opens her journal."""
    browser = Browser(entered(ana), device)
    assert browser.add(ana.password).json() == {"go": PAGE}
    browser.client = Client()
    Session.objects.all().delete()
    return browser
