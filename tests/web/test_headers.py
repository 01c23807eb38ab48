"""The headers of DESIGN.md stand on every response."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from workbook.web.headers import CONTENT_SECURITY_POLICY, HEADERS, SafetyHeadersMiddleware

pytestmark = pytest.mark.urls("tests.crisis.urls")


def test_the_policy_allows_this_origin_and_nothing_else() -> None:
    policy = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert policy.pop("default-src") == "'none'"
    assert policy.pop("base-uri") == "'none'"
    assert policy.pop("frame-ancestors") == "'none'"
    assert set(policy.values()) == {"'self'"}
    assert set(policy) == {
        f"{kind}-src"
        for kind in ("script", "style", "img", "font", "connect", "manifest", "worker")
    } | {"form-action"}


@pytest.mark.parametrize(
    "address", ["/help-now/", "/nowhere/at/all/", "/fails/500/", "/empty/405/", "/machine/"]
)
def test_every_response_carries_them(visitor: Client, database_gone: None, address: str) -> None:
    response = visitor.get(address)
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_no_device_feature_is_open_to_a_page() -> None:
    for feature in ("camera", "microphone", "geolocation", "idle-detection", "usb"):
        assert f"{feature}=()" in HEADERS["Permissions-Policy"].split(", ")


def test_passkeys_are_for_pages_of_this_site_alone() -> None:
    policy = HEADERS["Permissions-Policy"].split(", ")
    assert "publickey-credentials-get=(self)" in policy
    assert "publickey-credentials-create=(self)" in policy
    assert len(policy) == len({one.partition("=")[0] for one in policy})


def test_a_view_can_t_loosen_them(rf: RequestFactory) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Content-Security-Policy": "default-src *"})

    response = SafetyHeadersMiddleware(view)(rf.get("/"))
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("is_https", [True, False])
def test_https_is_insisted_on_only_where_the_site_has_it(
    rf: RequestFactory, settings: Any, is_https: bool
) -> None:
    settings.SITE_IS_HTTPS = is_https
    response = SafetyHeadersMiddleware(lambda request: HttpResponse())(rf.get("/"))
    sent = response.headers.get("Strict-Transport-Security")
    assert sent == ("max-age=31536000; includeSubDomains; preload" if is_https else None)
