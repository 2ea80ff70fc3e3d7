from django.urls import path

from agencies.pages import hooks, notices, views

urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", views.logout, name="logout"),
    path("start/", views.start, name="start"),
    path("alarm/", views.alarm, name="alarm"),
    path("directory/", views.directory, name="directory"),
    path("directory/ours/", views.our_agency, name="our-agency"),
    path("directory/<int:pk>/", views.agency, name="agency"),
    path("notices/", notices.show, name="notices"),
    path("notices/worker.js", notices.worker, name="notices-worker"),
    path("notices/on/", notices.switch_on, name="notices-on"),
    path("notices/<int:number>/off/", notices.switch_off, name="notices-off"),
    path("notices/<int:number>/test/", notices.send_test, name="notices-test"),
    path("hooks/line/", hooks.from_line, name="hook-line"),
    path("hooks/agency/<uuid:message>/", hooks.from_agency, name="hook-agency"),
    path("hooks/sms/", hooks.from_gateway, name="hook-sms"),
    path("hooks/sms/<str:key>/", hooks.from_thaibulksms, name="hook-thaibulksms"),
]
