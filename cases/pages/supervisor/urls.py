from django.urls import path

from cases.pages.supervisor import views

urlpatterns = [
    path("", views.overview, name="map"),
    path("data/", views.data, name="map-data"),
    path("ground/", views.ground, name="map-ground"),
]
