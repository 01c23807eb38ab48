"""Passkeys: signing in with one, adding one, letting one open the journal, and ending one.

``static/js/passkeys.js`` speaks with the device. It posts what the device says as text, and what a
passkey makes of the site's fixed text (its PRF output) once, like a password.
"""

import uuid
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from workbook.accounts.access import Request, open_journal_required
from workbook.accounts.events import EventKind, tell
from workbook.accounts.form_page import form_page
from workbook.accounts.forms import LABEL_MAX_LENGTH, PasskeyForm
from workbook.accounts.login import find_again
from workbook.accounts.models import User
from workbook.accounts.next_url import address_with_next, onward
from workbook.accounts.passkeys import (
    bound_here,
    challenge_of,
    missing_beside,
    new_challenge,
    options_for,
    posted_json,
    spend,
)
from workbook.accounts.second_step import (
    has_enrolled,
    has_second_step,
    may_change_second_step,
    must_have_second_step,
    note_second_step,
)
from workbook.accounts.throttles import Throttled, count_passkey, take_back
from workbook.accounts.trouble import brief_trouble
from workbook.accounts.views.login import let_in, login_page
from workbook.vault.data_keys import reaches_the_oldest
from workbook.vault.derivation import TooBusy
from workbook.vault.keyring import Keyring
from workbook.vault.labels import open_label
from workbook.vault.models import Passkey
from workbook.vault.passkey_slots import (
    NoSecret,
    add_passkey_slot,
    open_with_passkey,
    opens_journal,
)
from workbook.vault.passkeys import (
    Unproven,
    add_passkey,
    bytes_of,
    credential_id_of,
    find_by_passkey,
    options_to_show,
    passkeys_of,
    passkeys_possible,
    remove_passkeys,
)

SIGN_IN = "sign in"


# --- Signing in ---


@require_POST
@login_not_required
@never_cache
def passkey_options(request: Request) -> HttpResponse:
    """Answers with what the device is asked for at sign-in, and the token that comes back with its
    answer.
    """
    if not passkeys_possible():
        raise Http404
    challenge, token = new_challenge(SIGN_IN)
    return JsonResponse({"publicKey": options_to_show(challenge), "token": token})


def _login_page(request: Request, form: Form, notice: str = "") -> HttpResponse:
    if not notice:
        return redirect(address_with_next(request, "login"))
    return login_page(request, notice=notice)


@form_page(_login_page, anyone=True)
def login_by_passkey(request: Request, form: Form) -> HttpResponse:
    """Signs in with a passkey, which is both steps in one; opens the journal, if it can."""
    counted = count_passkey(request)
    try:
        challenge = challenge_of(request.POST.get("token", ""), SIGN_IN)
        passkey = find_by_passkey(posted_json(request, "shown"), challenge)
        spend(challenge)
        user = passkey.user
        if not isinstance(user, User) or not user.is_active:
            raise Unproven
    except Unproven:
        notice = _("That passkey isn’t known here. Sign in with your password.")
        return login_page(request, notice=notice, status=403)
    take_back(counted)
    keyring = None
    if answer := request.POST.get("answer"):
        with suppress(Unproven):
            keyring = open_with_passkey(user, credential_id_of(passkey), bytes_of(answer))
    is_shared = request.POST.get("shared_device") == "on"
    response = let_in(request, user, keyring, is_shared=is_shared, by="passkey")
    response["Location"] = onward(request)
    if keyring is None and not request.journal.is_open:
        messages.info(request, _("You are signed in. Your password opens your journal."))
        response["Location"] = address_with_next(request, "login")
    is_owner = keyring is not None and reaches_the_oldest(user.pk, keyring.held)
    if user.reset_on is not None and is_owner:
        # Whoever came in by a passkey may not know it: they aren't led to where it is asked for.
        messages.warning(
            request,
            _(
                "The people who run this site set a password for your account. "
                "Sign out and use your backup key, so that the only password is yours again."
            ),
        )
    return response


# --- Adding one, and letting it open the journal: asked by script, answered in JSON ---


class _Refused(Exception):
    """Nothing was done; the message is a sentence for whoever asked."""


def _page(request: Request, form: PasskeyForm, notice: str = "") -> HttpResponse:
    if notice and "end" not in request.POST:
        return JsonResponse({"error": notice}, status=403)
    user, keyring = request.journal.owner
    context = {
        "form": form,
        "notice": notice,
        "passkeys": [
            {
                "row": passkey,
                "label": open_label(keyring, passkey.sealed_label),
                "opens": opens_journal(user, credential_id_of(passkey)),
            }
            for passkey in passkeys_of(user)
        ],
        "missing": missing_beside(user, keyring),
        "is_possible": passkeys_possible(),
        "is_shared": request.session.get_expire_at_browser_close(),
        "may_change": may_change_second_step(request, user),
    }
    return render(request, "accounts/passkeys.html", context)


@form_page(_page, PasskeyForm, open_journal_required)
def passkeys(request: Request, form: PasskeyForm) -> HttpResponse:
    """Lists passkeys; adds one, lets it open the journal, or ends one."""
    if "end" in request.POST:
        return _end(request)
    steps = {"begin": _begin, "made": _made, "again": _begin_opening, "open": _open}
    step = steps.get(request.POST.get("step", ""))
    try:
        if step is None:
            raise _Refused(_("Nothing was done. Please load the page again."))
        return JsonResponse(step(request))
    except _Refused as refusal:
        return JsonResponse({"error": str(refusal)}, status=422)
    except Unproven:
        words = _("That didn’t work, and nothing was changed. You can try again.")
        return JsonResponse({"error": words}, status=422)
    except (Throttled, TooBusy) as error:
        status, words = brief_trouble(error)
        return JsonResponse({"error": words}, status=status)


def _confirmed(request: Request) -> tuple[User, Keyring]:
    """Who adds a passkey, having typed their password, where one may be added. Raises _Refused."""
    if not passkeys_possible():
        raise _Refused(_("Passkeys need the site’s own name and https."))
    if request.session.get_expire_at_browser_close():
        raise _Refused(_("Passkeys aren’t for a device that others use."))
    if request.POST.get("alone") != "yes":
        raise _Refused(
            _(
                "Anyone who can unlock this device could then open your journal with it. "
                "Keep to your password here."
            )
        )
    user = find_again(request, request.POST.get("password", ""))
    if user is None:
        raise _Refused(_("That isn’t your password."))
    if not may_change_second_step(request, user):
        raise _Refused(_("First use the second step you already have, under Account."))
    return user, request.journal.owner.keyring


def _begin(request: Request) -> dict[str, Any]:
    user, _keyring = _confirmed(request)
    challenge, token = new_challenge(*bound_here(request, "add"))
    return {"publicKey": options_for(user, challenge), "token": token}


def _made(request: Request) -> dict[str, Any]:
    user, keyring = request.journal.owner
    challenge = challenge_of(request.POST.get("token", ""), *bound_here(request, "add"))
    label = " ".join(request.POST.get("label", "").split())[:LABEL_MAX_LENGTH]
    # Once more: since it was begun, somebody may have got a step that wasn't shown here.
    if not may_change_second_step(request, user):
        raise Unproven
    spend(challenge)
    passkey = add_passkey(user, keyring, posted_json(request, "made"), challenge, label)
    has_enrolled(user)
    note_second_step(request, "passkey")
    tell(user, EventKind.FACTOR_ADDED, keyring)
    messages.success(request, _("From now on this passkey signs you in."))
    if missing_beside(user, keyring):
        return {"go": reverse("passkeys")}
    return _to_open(request, passkey)


def _begin_opening(request: Request) -> dict[str, Any]:
    user, keyring = _confirmed(request)
    if missing := missing_beside(user, keyring):
        raise _Refused(missing)
    return _to_open(request, _own_passkey(user, request.POST.get("passkey", "")))


def _to_open(request: Request, passkey: Passkey) -> dict[str, Any]:
    challenge, token = new_challenge(*bound_here(request, "open", str(passkey.id)))
    return {
        "publicKey": options_to_show(challenge, passkey),
        "token": token,
        "passkey": str(passkey.id),
        "go": reverse("passkeys"),
    }


def _open(request: Request) -> dict[str, Any]:
    """What the passkey has answered twice, and that it is this one."""
    user, keyring = request.journal.owner
    passkey = _own_passkey(user, request.POST.get("passkey", ""))
    bound = bound_here(request, "open", str(passkey.id))
    challenge = challenge_of(request.POST.get("token", ""), *bound)
    shown = find_by_passkey(posted_json(request, "shown"), challenge)
    spend(challenge)
    if shown.id != passkey.id or missing_beside(user, keyring):
        raise Unproven
    first, second = (bytes_of(request.POST.get(name, "")) for name in ("first", "second"))
    try:
        add_passkey_slot(user, keyring, credential_id_of(passkey), first, second)
    except NoSecret:
        messages.info(
            request,
            _(
                "This device doesn’t let a passkey open your journal. The passkey signs you in, "
                "and your password opens the journal."
            ),
        )
    else:
        messages.success(request, _("It also opens your journal."))
    return {"go": reverse("passkeys")}


def _own_passkey(user: User, ident: str) -> Passkey:
    try:
        return Passkey.objects.get(user=user, id=uuid.UUID(ident))
    except (ValueError, Passkey.DoesNotExist):
        raise Unproven from None


def _end(request: Request) -> HttpResponse:
    """End a passkey. Without a password: shutting somebody out must be quick."""
    user = request.journal.person
    ended = [one for one in passkeys_of(user) if str(one.id) == request.POST["end"]]
    if not may_change_second_step(request, user):
        return redirect(address_with_next(request, "second-step"))
    if ended:
        remove_passkeys(user, ended)
        tell(user, EventKind.FACTOR_REMOVED, request.journal.keyring)
        messages.success(request, _("That passkey doesn’t work anymore. Nothing else has changed."))
    if must_have_second_step(user) and not has_second_step(user):
        # Theirs to end, as a lost device must be; and theirs to replace, in this session.
        return redirect("code-app")
    return redirect("passkeys")
