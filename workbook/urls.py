"""Every address of the site; each package names its own."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("workbook.safety.urls")),
    path("", include("workbook.keeping.urls")),
    path("", include("workbook.accounts.urls")),
    path("journal/", include("workbook.journal.urls")),
    path("admin/", admin.site.urls),
    path("", include("workbook.authoring.urls")),
    path("", include("workbook.pages.urls")),
]

handler400 = "workbook.safety.errors.bad_request"
handler403 = "workbook.safety.errors.permission_denied"
handler404 = "workbook.safety.errors.page_not_found"
handler500 = "workbook.safety.errors.server_error"
