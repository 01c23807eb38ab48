from django.urls import include, path

from workbook.journal.views import entries, free_pages, listing, removal, saving

urlpatterns = [
    path("", listing.journal, name="journal"),
    path("", include("workbook.journal.takeaway.urls")),
    path("search/", listing.search, name="journal-search"),
    path("answers/<slug:book>/<slug:prompt_id>/", saving.save_answer, name="save-answer"),
    path("pages/new/", free_pages.new_page, name="new-page"),
    path("pages/<uuid:ident>/", free_pages.old_page, name="free-page"),
    path("pages/<uuid:ident>/save/", saving.save_page, name="save-page"),
    path("entries/<uuid:ident>/", entries.entry, name="entry"),
    path("entries/<uuid:ident>/day/", entries.entry_day, name="entry-day"),
    path("entries/<uuid:ident>/delete/", entries.entry_delete, name="entry-delete"),
    path("entries/<uuid:ident>/versions/<uuid:version_id>/", entries.version, name="version"),
    path("delete/", removal.delete, name="journal-delete"),
    path("delete/undo/", removal.undo, name="journal-undo"),
]
