from django.urls import path

from workbook.journal import pages, views

urlpatterns = [
    path("", pages.journal, name="journal"),
    path("answers/<slug:book>/<slug:prompt_id>/", views.save_answer, name="save-answer"),
]
