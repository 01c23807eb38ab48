"""Alongside's settings. Everything an operator may change comes from the environment or site.toml.

The README's table lists the variables; ``.env.example`` shows them.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from workbook import environment, site
from workbook.operations import keys

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.folder("WORKBOOK_DATA_DIR", BASE_DIR / "var")
CONTENT_DIR = environment.folder("WORKBOOK_CONTENT_DIR", BASE_DIR / "content")

DEBUG = environment.flag("DEBUG")
HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = environment.port("PORT", 8000)

# --- Keys -----------------------------------------------------------------------------------------
# Empty when there are none yet: `serve` makes them on a first start, everything else stops at the
# first use and says what to do. There is no working default.
_keys = keys.from_environment() or keys.read(DATA_DIR / keys.FILE_NAME)
SECRET_KEY = _keys.secret_key if _keys else ""
WORKBOOK_KEYS = _keys.workbook_keys if _keys else ()

# --- Address: SITE_URL alone decides hosts, origins and https -------------------------------------
_listens_at = f"[{HOST}]:{PORT}" if ":" in HOST else f"{HOST}:{PORT}"
SITE_URL = environment.site_url(os.environ.get("SITE_URL") or f"http://{_listens_at}")
SITE_IS_HTTPS = SITE_URL.startswith("https:")
_hostname = urlsplit(SITE_URL).hostname or ""
_is_loopback = _hostname in {"127.0.0.1", "localhost", "::1"}
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"] if _is_loopback else [_hostname, "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES")
if SITE_IS_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # SafetyHeadersMiddleware forbids framing, also on pages Django's would miss.
    "security.W008",  # The proxy redirects to https; health checks on this machine come by http.
]

SITE = site.read(DATA_DIR / site.FILE_NAME)

# --- Cookies --------------------------------------------------------------------------------------
_cookie_prefix = "__Host-" if SITE_IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{_cookie_prefix}alongside"
CSRF_COOKIE_NAME = f"{_cookie_prefix}alongside-csrf"
# That this visit has been asked how it is; gone with the browser, and when someone leaves.
VISIT_COOKIE_NAME = f"{_cookie_prefix}alongside-visit"
# That somebody has signed in with this browser before (see accounts/known_browsers.py).
BROWSER_COOKIE_NAME = f"{_cookie_prefix}alongside-browser"
# What the next page is to say, such as "Your settings are kept."
NOTICE_COOKIE_NAME = f"{_cookie_prefix}alongside-notice"
# That the password was right and the code is still asked for (workbook/vault/pending.py).
PENDING_COOKIE_NAME = f"{_cookie_prefix}alongside-step"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_ENGINE = "workbook.vault.sessions"

# --- Parts ----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "workbook.authoring",
    "workbook.operations",
    "workbook.pages",
    "workbook.journal",
    "workbook.accounts",
    "workbook.vault",
    "workbook.chapters",
    "workbook.prompts",
    "workbook.crisis",
    "django_htmx",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    # Outermost, so that whatever any other part answers leaves as an error page with its headers.
    "workbook.web.headers.SafetyHeadersMiddleware",
    "workbook.pages.shared.SharedPagesMiddleware",
    "workbook.web.compression.CompressPagesMiddleware",
    "workbook.crisis.handlers.ErrorPagesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "workbook.crisis.database_busy.DatabaseBusyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "workbook.accounts.middleware.PersonMiddleware",
    "workbook.web.login_required.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "workbook.urls"
WSGI_APPLICATION = "workbook.wsgi.application"
CSRF_FAILURE_VIEW = "workbook.crisis.handlers.csrf_failure"

TEMPLATES = [
    {
        # The site's own: drawn for each reader, which Django's engine does in eight times as long.
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "environment": "workbook.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "workbook.accounts.context_processors.person",
            ],
        },
    },
    {
        # The admin's, which bring their own; ours beside them are in templates/django/.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates" / "django"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database -------------------------------------------------------------------------------------
DATABASES = {"default": environment.database(os.environ.get("DATABASE_URL", ""), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
PASSWORD_HASHERS = ["workbook.vault.hashers.SealedArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "workbook.accounts.breached.BreachedPasswordsValidator"},
    {"NAME": "workbook.accounts.site_words.SiteWordsValidator"},
]
# Argon2id for the key slots and the password hash: (memory in KiB, passes, lanes). RFC 9106's
# second recommended set, fit for one worker on a small machine.
VAULT_ARGON2 = (64 * 1024, 3, 1)

# What comes with a session in its one query: whoever signed in, and where they were. In a database
# spread over machines by person, a query of its own: only that goes to one machine.
VAULT_SESSION_JOINS = ("user",) if environment.flag("DATABASE_SHARDED") else ("user", "user__place")

# Messages live in a signed cookie; they hold our own sentences, never a reader's words.
MESSAGE_STORAGE = "workbook.accounts.notices.NoticeStorage"

# --- Language and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
# One way to write a date on every page: November 27, 2026, 3:44 PM.
FORMAT_MODULE_PATH = "workbook.formats"
TIME_ZONE = "UTC"

# --- Static files ---------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "workbook.operations.static_storage.StaticStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
# It would let the pages of any site read them: nobody needs that.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- Limits ---------------------------------------------------------------------------------------
# Of any form, whoever sends it, and before it is known who that is. Where answers are saved, more
# is read (see journal/long_forms.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# Django would write the files of any form, from anybody, to a disk. What takes one says so itself.
FILE_UPLOAD_HANDLERS = ["workbook.crisis.database_busy.NoFiles"]

# --- Logs: no words, no query strings, no addresses -----------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"type_and_place": {"()": "workbook.web.logs.TypeAndPlaceFilter"}},
    "formatters": {
        "text": {
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            # With its offset, so that lines of several machines can be put in order.
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        },
        "json": {"()": "workbook.web.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": environment.one_of("LOG_FORMAT", "text", "json"),
            "filters": ["type_and_place"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # It would say who signed in: each passkey by its id.
        "fido2": {"level": "WARNING"},
    },
}
