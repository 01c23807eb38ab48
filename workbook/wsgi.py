"""What the server calls: one WSGI application a worker."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workbook.settings")

application = get_wsgi_application()
