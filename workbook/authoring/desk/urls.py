"""The desk's addresses, and the site's, so that links in a text lead where they will."""

from django.urls import include, path
from django.views.generic import RedirectView

from workbook.authoring.desk import views

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/signing/", views.signing, name="desk-signing"),
    path("desk/new/", views.new_workbook, name="desk-new-workbook"),
    path("desk/<str:folder>/new/", views.new_chapter, name="desk-new-chapter"),
    path("desk/<str:folder>/map/", views.book_map, name="desk-map"),
    path("desk/<str:folder>/<str:name>/", views.edit, name="desk-edit"),
    path("desk/<str:folder>/<str:name>/ask/", views.ask, name="desk-ask"),
    path("desk/<str:folder>/<str:name>/state/", views.state, name="desk-state"),
    path("desk/<str:folder>/<str:name>/preview/", views.preview_text, name="desk-preview"),
    # Before the site's own: these show what doesn't compile yet, too.
    path("books/<slug:book>/", views.preview_at),
    path("books/<slug:book>/<slug:chapter>/", views.preview_at),
    path("", RedirectView.as_view(pattern_name="desk")),
    path("", include("workbook.urls")),
]

handler400 = "workbook.crisis.handlers.bad_request"
handler403 = "workbook.crisis.handlers.permission_denied"
handler404 = "workbook.crisis.handlers.page_not_found"
handler500 = "workbook.crisis.handlers.server_error"
