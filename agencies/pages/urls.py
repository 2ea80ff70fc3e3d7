from django.urls import path

from agencies.pages import views

urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", views.logout, name="logout"),
    path("start/", views.start, name="start"),
    path("alarm/", views.alarm, name="alarm"),
    path("directory/", views.directory, name="directory"),
    path("directory/ours/", views.our_agency, name="our-agency"),
    path("directory/<int:pk>/", views.agency, name="agency"),
]
