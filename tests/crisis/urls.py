"""The site's own addresses, and one for each way in which a view can fail."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from workbook import urls as site
from workbook.crisis.error_pages import error_response

handler400 = site.handler400
handler403 = site.handler403
handler404 = site.handler404
handler500 = site.handler500


def failing(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    @csrf_exempt
    @login_not_required
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


def answering(response: Callable[[], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    @login_not_required
    def view(request: HttpRequest) -> HttpResponse:
        return response()

    return view


@login_not_required
def uses_database(request: HttpRequest) -> HttpResponse:
    connection.ensure_connection()
    return HttpResponse("here")


@login_not_required
def asks_for_patience(request: HttpRequest) -> HttpResponse:
    return error_response(request, 429, title="Slowly", message="Wait a bit.", retry_after=60)


@login_not_required
def keeps_words(request: HttpRequest) -> HttpResponse:
    return HttpResponse("saved")


def keep_them(request: HttpRequest, reason: str) -> HttpResponse:
    return HttpResponse("<!doctype html><p>your words</p>", status=403)


keeps_words.on_csrf_failure = keep_them  # type: ignore[attr-defined]


def private(request: HttpRequest) -> HttpResponse:
    return HttpResponse("only for one")


def empty(status: int, **options: Any) -> Callable[[HttpRequest], HttpResponse]:
    return answering(lambda: HttpResponse(status=status, **options))


urlpatterns = [
    path("fails/400/", failing(BadRequest("odd"))),
    path("fails/403/", failing(PermissionDenied())),
    path("fails/413/", failing(RequestDataTooBig("big"))),
    path("fails/500/", failing(RuntimeError("the canary's words"))),
    path("fails/database/", uses_database),
    path("empty/400/", empty(400)),
    path("empty/405/", login_not_required(require_POST(keeps_words))),
    path("empty/413/", empty(413)),
    path("empty/429/", empty(429, headers={"Retry-After": "30"})),
    path("empty/503/", empty(503)),
    path("plain/", answering(lambda: HttpResponse("no", status=400, content_type="text/plain"))),
    path("bare/", answering(lambda: HttpResponse("<p>no</p>", status=403))),
    path("machine/", answering(lambda: JsonResponse({"fault": 1}, status=400))),
    path("patience/", asks_for_patience),
    path("words/", keeps_words),
    path("no-words/", login_not_required(lambda request: HttpResponse("done"))),
    path("private/", private),
    *site.urlpatterns,
]
