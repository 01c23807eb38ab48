from django.urls import path

from workbook.authoring import guide

urlpatterns = [path("authors/", guide.authors, name="authors")]
