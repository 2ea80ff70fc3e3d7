from django.urls import path

from insight.map import page

urlpatterns = [
    path("", page.overview, name="map"),
    path("data/", page.data, name="map-data"),
    path("outlines/", page.outlines, name="map-outlines"),
    path("agencies/", page.agencies, name="map-agencies"),
]
