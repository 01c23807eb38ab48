from django.urls import path

from workbook.journal.takeaway import views

urlpatterns = [
    path("export/", views.export, name="export"),
    path("import/", views.import_journal, name="import-journal"),
]
