"""The headers that every response carries, whatever its status."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

OURS = "script-src style-src img-src font-src connect-src manifest-src worker-src form-action"
NOBODYS = "base-uri frame-ancestors"
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind} 'self'" for kind in OURS.split()),
        *(f"{kind} 'none'" for kind in NOBODYS.split()),
    ]
)

# What a page could ask a device for and this site never does, but for passkeys. Names that Chromium
# doesn't know are left out: it would complain in the console of every page.
FORBIDDEN = """
    accelerometer autoplay browsing-topics camera compute-pressure display-capture
    encrypted-media fullscreen gamepad geolocation gyroscope hid identity-credentials-get
    idle-detection interest-cohort local-fonts magnetometer microphone midi payment
    picture-in-picture screen-wake-lock serial storage-access usb window-management
    xr-spatial-tracking
"""
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in FORBIDDEN.split())
PERMISSIONS_POLICY += ", publickey-credentials-get=(self), publickey-credentials-create=(self)"

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

A_YEAR = 365 * 24 * 60 * 60  # seconds


class SafetyHeadersMiddleware:
    """Puts :data:`HEADERS` on every response; stands outermost, so that nothing escapes it.

    They replace what a view or another part has set: a page can't loosen them for itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if settings.SITE_IS_HTTPS and "Strict-Transport-Security" not in response.headers:
            # Not left to SecurityMiddleware: behind a proxy that isn't listed as trusted, Django
            # takes the request for plain http and would send nothing.
            response.headers["Strict-Transport-Security"] = (
                f"max-age={A_YEAR}; includeSubDomains; preload"
            )
        return response
