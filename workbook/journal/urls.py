from django.urls import include, path

from workbook.journal.views import (
    afterward,
    entries,
    free_pages,
    listing,
    looking_back,
    removal,
    saving,
)

urlpatterns = [
    path("", listing.journal, name="journal"),
    path("", include("workbook.journal.transfer.urls")),
    path("as-it-is/", listing.take_as_is, name="journal-as-it-is"),
    path("search/", listing.search, name="journal-search"),
    path("how-it-went/", afterward.how_it_went, name="how-it-went"),
    path("answers/<slug:book>/<slug:prompt_id>/", saving.save_answer, name="save-answer"),
    path("pages/new/", free_pages.new_page, name="new-page"),
    path("pages/<uuid:ident>/", free_pages.old_page, name="free-page"),
    path("pages/<uuid:ident>/save/", saving.save_page, name="save-page"),
    path("entries/<uuid:ident>/", entries.entry, name="entry"),
    path("entries/<uuid:ident>/day/", entries.entry_day, name="entry-day"),
    path("entries/<uuid:ident>/delete/", entries.entry_delete, name="entry-delete"),
    path("entries/<uuid:ident>/versions/<uuid:version_id>/", entries.version, name="version"),
    path("look-back/", looking_back.look_back, name="look-back"),
    path("look-back/holds/", looking_back.what_holds, name="what-holds"),
    path("look-back/put-aside/", looking_back.put_aside, name="put-aside"),
    path("look-back/<slug:book>/map/", looking_back.map_back, name="map-back"),
    path(
        "look-back/<slug:book>/chapters/<slug:chapter>/",
        looking_back.chapter_back,
        name="chapter-back",
    ),
    path(
        "look-back/<slug:book>/over-time/<slug:prompt_id>/",
        looking_back.prompt_over_time,
        name="over-time",
    ),
    path("delete/", removal.delete, name="journal-delete"),
    path("delete/earlier-versions/", removal.thin, name="journal-thin"),
    path("delete/undo/", removal.undo, name="journal-undo"),
]
