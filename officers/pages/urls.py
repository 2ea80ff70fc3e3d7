from django.urls import path

from officers.pages import login

urlpatterns = [
    path("login/", login.Login.as_view(), name="login"),
    path("logout/", login.logout, name="logout"),
]
