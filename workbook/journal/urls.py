from django.urls import include, path

from workbook.journal.transfer import views as transfer
from workbook.journal.transfer.reminder import views as reminder
from workbook.journal.transfer.share import views as share
from workbook.journal.views import afterward, entries, listing, looking_back, removal, saving

_looking_back = [
    path("", looking_back.look_back, name="look-back"),
    path("holds/", looking_back.what_holds, name="what-holds"),
    path("put-aside/", looking_back.put_aside, name="put-aside"),
    path("<slug:book>/map/", looking_back.map_back, name="map-back"),
    path("<slug:book>/chapters/<slug:chapter>/", looking_back.chapter_back, name="chapter-back"),
    path("<slug:book>/over-time/<slug:prompt_id>/", looking_back.over_time_page, name="over-time"),
]

urlpatterns = [
    path("", listing.journal, name="journal"),
    path("export/", transfer.export, name="export"),
    path("import/", transfer.import_journal, name="import-journal"),
    path("bridge/", share.bridge, name="bridge"),
    path("bridge/<slug:who>/", share.bridge_sheet, name="bridge-sheet"),
    path("reminder/", reminder.reminder, name="reminder"),
    path("as-it-is/", listing.take_as_is, name="journal-as-it-is"),
    path("search/", listing.search, name="journal-search"),
    path("how-it-went/", afterward.how_it_went, name="how-it-went"),
    path("answers/<slug:book>/<slug:prompt_id>/", saving.save_answer, name="save-answer"),
    path("pages/new/", entries.new_page, name="new-page"),
    path("pages/<uuid:ident>/", entries.old_page, name="free-page"),
    path("pages/<uuid:ident>/save/", saving.save_page, name="save-page"),
    path("entries/<uuid:ident>/", entries.entry, name="entry"),
    path("entries/<uuid:ident>/day/", entries.entry_day, name="entry-day"),
    path("entries/<uuid:ident>/delete/", entries.entry_delete, name="entry-delete"),
    path("entries/<uuid:ident>/versions/<uuid:version_id>/", entries.version, name="version"),
    path("look-back/", include(_looking_back)),
    path("delete/", removal.delete, name="journal-delete"),
    path("delete/earlier-versions/", removal.thin, name="journal-thin"),
    path("delete/undo/", removal.undo, name="journal-undo"),
]
