from django.urls import path, re_path

from workbook.pages import manifest, printing, views

urlpatterns = [
    path("", views.home, name="home"),
    path("manifest.webmanifest", manifest.manifest, name="manifest"),
    path("books/<slug:book>/", views.book, name="book"),
    path("books/<slug:book>/<slug:chapter>/", views.chapter, name="chapter"),
    path("books/<slug:book>/questions/<slug:prompt_id>/", views.prompt, name="prompt"),
    path("books/<slug:book>/cards/<slug:card_id>/", views.card, name="card"),
    path("books/<slug:book>/<slug:chapter>/print/", printing.chapter_print, name="chapter-print"),
    path("books/<slug:book>/images/<str:name>", views.book_image, name="book-image"),
    re_path(r"^(?P<slug>[a-z0-9-]{1,64})/$", views.page, name="page"),
]
