from django.urls import path

from cases.pages.supervisor import views

urlpatterns = [
    path("", views.overview, name="map"),
    path("data/", views.data, name="map-data"),
    path("outlines/", views.outlines, name="map-outlines"),
    path("agencies/", views.agencies, name="map-agencies"),
]
