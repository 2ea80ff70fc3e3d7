"""One file of addresses an audience."""

from django.urls import include, path

urlpatterns = [
    path("", include("cases.pages.public.urls")),
    path("", include("cases.pages.responder.urls")),
    path("desk/", include("cases.pages.desk.urls")),
    path("map/", include("cases.pages.supervisor.urls")),
]
