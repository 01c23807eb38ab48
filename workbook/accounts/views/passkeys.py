"""Passkeys: signing in with one, adding one, letting one open the journal, and ending one.

``static/js/passkeys.js`` speaks with the device. It posts what the device says as text, and what a
passkey makes of the site's fixed text (its PRF output) once, like a password.
"""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from workbook.accounts.access import open_journal_required, person_here
from workbook.accounts.events import Kind, tell
from workbook.accounts.forms import LABEL_MAX_LENGTH, PasskeyForm
from workbook.accounts.login import find_for
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
from workbook.accounts.throttles import Throttled, pour_passkey, take_back
from workbook.accounts.trouble import on_stale_token, stale_words, with_kind_answers
from workbook.accounts.views.login import enter_page, let_in
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
from workbook.vault.sessions import keyring_of

SIGN_IN = "sign in"


# --- Signing in ---


@require_POST
@login_not_required
@never_cache
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What the device is asked for at sign-in, and the token that comes back with its answer."""
    if not passkeys_possible():
        raise Http404
    challenge, token = new_challenge(SIGN_IN)
    return JsonResponse({"publicKey": options_to_show(challenge), "token": token})


@never_cache
def _enter_again(request: HttpRequest, reason: str) -> HttpResponse:
    response = enter_page(request, notice=stale_words())
    response.status_code = 403
    return response


@on_stale_token(_enter_again)
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
@with_kind_answers
def enter_by_passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey, which is both steps in one; open the journal, if it can."""
    if request.method != "POST":
        return redirect(address_with_next(request, "enter"))
    poured = pour_passkey(request)
    try:
        challenge = challenge_of(request.POST.get("token", ""), SIGN_IN)
        passkey = find_by_passkey(posted_json(request, "shown"), challenge)
        spend(challenge)
        user = passkey.user
        if not isinstance(user, User) or not user.is_active:
            raise Unproven
    except Unproven:
        response = enter_page(request, notice=_not_known())
        response.status_code = 403
        return response
    take_back(poured)
    keyring = _opened_by(user, passkey, request.POST.get("answer", ""))
    is_shared = request.POST.get("shared_device") == "on"
    response = let_in(request, user, keyring, is_shared=is_shared, by="passkey")
    if keyring is None and keyring_of(request) is None:
        messages.info(request, _("You are signed in. Your password opens your journal."))
        return _moved(response, address_with_next(request, "enter"))
    is_owner = keyring is not None and reaches_the_oldest(user.pk, keyring.held)
    if user.reset_on is not None and is_owner:
        # Whoever came in by a passkey may not know it: they aren't led to where it is asked for.
        messages.warning(
            request,
            _(
                "The people who run this site set a password for your account. Sign out and use "
                "your backup key, so that the only password is yours again."
            ),
        )
    return _moved(response, onward(request))


def _opened_by(user: User, passkey: Passkey, answer: str) -> Keyring | None:
    if not answer:
        return None
    try:
        return open_with_passkey(user, credential_id_of(passkey), bytes_of(answer))
    except Unproven:
        return None


def _moved(response: HttpResponse, address: str) -> HttpResponse:
    response["Location"] = address
    return response


def _not_known() -> str:
    return _("That passkey isn’t known here. Sign in with your password.")


# --- Adding one, and letting it open the journal: asked by script, answered in JSON ---


class _Refused(Exception):
    """Nothing was done; the message is a sentence for whoever asked."""


def _page(request: HttpRequest, notice: str = "") -> HttpResponse:
    user, keyring = person_here(request), keyring_of(request)
    context = {
        "form": PasskeyForm(),
        "notice": notice,
        "passkeys": [
            {
                "row": passkey,
                "label": open_label(keyring, passkey.sealed_label) if keyring else "",
                "opens": opens_journal(user, credential_id_of(passkey)),
            }
            for passkey in passkeys_of(user)
        ],
        "missing": missing_beside(user, keyring) if keyring else "",
        "is_possible": passkeys_possible(),
        "is_shared": request.session.get_expire_at_browser_close(),
        "may_change": may_change_second_step(request, user),
    }
    return render(request, "accounts/passkeys.html", context)


@never_cache
@open_journal_required
def _again(request: HttpRequest, reason: str) -> HttpResponse:
    if "end" not in request.POST:
        return JsonResponse({"error": stale_words()}, status=403)
    response = _page(request, stale_words())
    response.status_code = 403
    return response


@on_stale_token(_again)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@open_journal_required
@with_kind_answers
def passkeys(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
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
    except Throttled as throttled:
        minutes = -(-throttled.seconds // 60)
        words = _("Too many tries for now. Try again in %(n)d min.") % {"n": minutes}
        return JsonResponse({"error": words}, status=429)
    except TooBusy:
        words = _("Many people are signing in. Try again in a moment.")
        return JsonResponse({"error": words}, status=503)


def _confirmed(request: HttpRequest) -> tuple[User, Keyring]:
    """Who adds a passkey, having typed their password, where one may be added. Raises _Refused."""
    if not passkeys_possible():
        raise _Refused(_("Passkeys need the site’s own name and https."))
    if request.session.get_expire_at_browser_close():
        raise _Refused(_("Passkeys aren’t for a device that others use."))
    if request.POST.get("alone") != "yes":
        raise _Refused(
            _(
                "Anyone who can unlock this device could then open your journal with it. Keep to "
                "your password here."
            )
        )
    user = find_for(request, person_here(request).name, request.POST.get("password", ""))
    keyring = keyring_of(request)
    if user is None or keyring is None:
        raise _Refused(_("That isn’t your password."))
    if not may_change_second_step(request, user):
        raise _Refused(_("First use the second step you already have, under Account."))
    return user, keyring


def _begin(request: HttpRequest) -> dict[str, Any]:
    user, _keyring = _confirmed(request)
    challenge, token = new_challenge(*bound_here(request, "add"))
    return {"publicKey": options_for(user, challenge), "token": token}


def _made(request: HttpRequest) -> dict[str, Any]:
    user, keyring = person_here(request), keyring_of(request)
    challenge = challenge_of(request.POST.get("token", ""), *bound_here(request, "add"))
    label = " ".join(request.POST.get("label", "").split())[:LABEL_MAX_LENGTH]
    # Once more: since it was begun, somebody may have got a step that wasn't shown here.
    if keyring is None or not may_change_second_step(request, user):
        raise Unproven
    spend(challenge)
    passkey = add_passkey(user, keyring, posted_json(request, "made"), challenge, label)
    has_enrolled(user)
    note_second_step(request, "passkey")
    tell(user, Kind.FACTOR_ADDED, keyring)
    messages.success(request, _("From now on this passkey signs you in."))
    if missing_beside(user, keyring):
        return {"go": reverse("passkeys")}
    return _to_open(request, passkey)


def _begin_opening(request: HttpRequest) -> dict[str, Any]:
    user, keyring = _confirmed(request)
    if missing := missing_beside(user, keyring):
        raise _Refused(missing)
    return _to_open(request, _own_passkey(user, request.POST.get("passkey", "")))


def _to_open(request: HttpRequest, passkey: Passkey) -> dict[str, Any]:
    challenge, token = new_challenge(*bound_here(request, "open", str(passkey.id)))
    return {
        "publicKey": options_to_show(challenge, passkey),
        "token": token,
        "passkey": str(passkey.id),
        "go": reverse("passkeys"),
    }


def _open(request: HttpRequest) -> dict[str, Any]:
    """What the passkey has answered twice, and that it is this one."""
    user, keyring = person_here(request), keyring_of(request)
    passkey = _own_passkey(user, request.POST.get("passkey", ""))
    bound = bound_here(request, "open", str(passkey.id))
    challenge = challenge_of(request.POST.get("token", ""), *bound)
    shown = find_by_passkey(posted_json(request, "shown"), challenge)
    spend(challenge)
    if keyring is None or shown.id != passkey.id or missing_beside(user, keyring):
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


def _end(request: HttpRequest) -> HttpResponse:
    """End a passkey. Without a password: shutting somebody out must be quick."""
    user = person_here(request)
    ended = [one for one in passkeys_of(user) if str(one.id) == request.POST["end"]]
    if not may_change_second_step(request, user):
        return redirect(address_with_next(request, "second-step"))
    if ended:
        remove_passkeys(user, ended)
        tell(user, Kind.FACTOR_REMOVED, keyring_of(request))
        messages.success(request, _("That passkey doesn’t work anymore. Nothing else has changed."))
    if must_have_second_step(user) and not has_second_step(user):
        # Theirs to end, as a lost device must be; and theirs to replace, in this session.
        return redirect("code-app")
    return redirect("passkeys")
