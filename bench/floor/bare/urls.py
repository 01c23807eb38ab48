from django.contrib import admin
from django.urls import path

from bare import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("constant/", views.constant),
    path("chapters/<int:chapter>/", views.chapter),
    path("answers/<int:chapter>/<int:question>/", views.save),
]
