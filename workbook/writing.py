"""The writing desk's settings: the site's, on this machine only, without people or database.

``manage.py write`` chooses them. No site may run with them: whoever reaches the desk can change the
content.
"""

import secrets

from workbook.settings import *  # noqa: F403
from workbook.settings import LOGGING, SECRET_KEY

# An author may never have started a site; the desk keeps nothing that a lasting key would open.
SECRET_KEY = SECRET_KEY or secrets.token_urlsafe(48)

# Content is read again when a file changes.
DEBUG = True
ROOT_URLCONF = "workbook.authoring.desk.urls"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = []

# Cookies know no ports: a site on this machine must not meet the desk's, nor the other way round.
SESSION_COOKIE_NAME = "alongside-desk"
CSRF_COOKIE_NAME = "alongside-desk-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False

# A chapter has up to 128 KB, which a form may triple, and the desk is an author's own machine.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

MIDDLEWARE = [
    "workbook.authoring.desk.local.DeskHeadersMiddleware",
    "workbook.crisis.handlers.ErrorPagesMiddleware",
    "workbook.authoring.desk.local.LocalOnlyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
# The desk asks a few times a second whether a file has changed; nobody wants to read that.
LOGGING["loggers"] = {"django.server": {"level": "ERROR"}}
