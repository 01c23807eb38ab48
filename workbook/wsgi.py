"""What the server calls: one WSGI application a worker."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workbook.settings")

django_application = get_wsgi_application()

from workbook.operations.admission import Admission  # noqa: E402 - its imports want settings that are read

application = Admission(django_application)
