"""Every address of the site; each package names its own."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("workbook.crisis.urls")),
    path("", include("workbook.operations.urls")),
    path("", include("workbook.accounts.urls")),
    path("journal/", include("workbook.journal.urls")),
    path("admin/", admin.site.urls),
    path("", include("workbook.authoring.urls")),
    path("", include("workbook.pages.urls")),
]

handler400 = "workbook.crisis.handlers.bad_request"
handler403 = "workbook.crisis.handlers.permission_denied"
handler404 = "workbook.crisis.handlers.page_not_found"
handler500 = "workbook.crisis.handlers.server_error"
