"""As `startproject` makes them, with what a good engineer would set for speed."""

import os
from pathlib import Path

from workbook import environment

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "for measuring only, for measuring only, for measuring only"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "bare",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "bare.urls"
WSGI_APPLICATION = "bare.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
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

# The same database in the same mode (WAL, synchronous=FULL, persistent connections), but for what
# the floor has no need of: overwriting deleted rows, and asking whether a connection still lives.
_url = os.environ.get("DATABASE_URL", "")
DATABASES = {"default": environment.database(_url, Path(os.environ.get("FLOOR_DATA_DIR", ".")))}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
if "init_command" in DATABASES["default"]["OPTIONS"]:
    _options = DATABASES["default"]["OPTIONS"]
    _options["init_command"] = _options["init_command"].replace("PRAGMA secure_delete=ON; ", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
STATIC_URL = "static/"
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "ERROR"}}
