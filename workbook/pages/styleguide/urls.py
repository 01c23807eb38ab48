from django.urls import path

from workbook.pages.styleguide import views

urlpatterns = [
    path("", views.styleguide, name="styleguide"),
    path("<slug:kind>/", views.kind, name="styleguide-kind"),
]
