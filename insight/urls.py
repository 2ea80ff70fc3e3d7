from django.urls import include, path

urlpatterns = [
    path("map/", include("insight.map.urls")),
]
