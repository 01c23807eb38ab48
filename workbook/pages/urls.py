from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path

from workbook.pages import manifest, printing, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("manifest.webmanifest", manifest.manifest, name="manifest"),
    path("books/<slug:book>/", views.book, name="book"),
    path("books/<slug:book>/<slug:chapter>/", views.chapter, name="chapter"),
    path("books/<slug:book>/questions/<slug:prompt_id>/", views.prompt, name="prompt"),
    path("books/<slug:book>/cards/<slug:card_id>/", views.card, name="card"),
    path("books/<slug:book>/<slug:chapter>/print/", printing.chapter_print, name="chapter-print"),
    path("books/<slug:book>/images/<str:name>", views.book_image, name="book-image"),
    # As earlier releases spelled it.
    path("for-organisations/", views.for_organizations),
    path("first-things/", views.first_things, name="first-things"),
    re_path(r"^(?P<slug>[a-z0-9-]{1,64})/$", views.page, name="page"),
]

if settings.DEBUG:
    # Before the pages of content, whose addresses it would be one of.
    urlpatterns.insert(0, path("styleguide/", include("workbook.pages.styleguide.urls")))
