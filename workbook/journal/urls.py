from django.urls import include, path

from workbook.journal import pages, views

urlpatterns = [
    path("", pages.journal, name="journal"),
    path("", include("workbook.journal.takeaway.urls")),
    path("answers/<slug:book>/<slug:prompt_id>/", views.save_answer, name="save-answer"),
]
