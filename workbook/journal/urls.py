from django.urls import path

from workbook.journal import views

urlpatterns = [
    path("answers/<slug:book>/<slug:prompt_id>/", views.save_answer, name="save-answer"),
]
