from django.urls import path

from workbook.journal.transfer import views
from workbook.journal.transfer.reminder import views as reminder_views
from workbook.journal.transfer.share import views as bridge_views

urlpatterns = [
    path("export/", views.export, name="export"),
    path("import/", views.import_journal, name="import-journal"),
    path("bridge/", bridge_views.bridge, name="bridge"),
    path("bridge/<slug:who>/", bridge_views.bridge_sheet, name="bridge-sheet"),
    path("reminder/", reminder_views.reminder, name="reminder"),
]
