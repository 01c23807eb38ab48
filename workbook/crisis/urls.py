from django.urls import path

from workbook.crisis import views

urlpatterns = [path("help-now/", views.help_now, name="help-now")]
