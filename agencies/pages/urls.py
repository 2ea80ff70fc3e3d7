from django.urls import path

from agencies.pages import changes, contacts, hooks, notices, pins, views

urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", views.logout, name="logout"),
    path("start/", views.start, name="start"),
    path("alarm/", views.alarm, name="alarm"),
    path("directory/", views.directory, name="directory"),
    path("directory/ours/", views.our_agency, name="our-agency"),
    path("directory/waiting/", changes.waiting, name="changes-waiting"),
    path("directory/<int:pk>/", views.agency, name="agency"),
    path("directory/<int:pk>/pin/", pins.set_pin, name="agency-pin"),
    path("directory/<int:pk>/contacts/new/", contacts.add, name="contact-new"),
    path("directory/<int:pk>/contacts/<int:point>/replace/", contacts.replace, name="contact-replace"),
    path("directory/<int:pk>/contacts/<int:point>/remove/", contacts.remove, name="contact-remove"),
    path("directory/<int:pk>/contacts/<int:point>/send/", contacts.send_code, name="contact-send"),
    path("directory/<int:pk>/contacts/<int:point>/code/", contacts.enter_code, name="contact-code"),
    path("directory/<int:pk>/changes/<int:proposal>/", changes.decide, name="proposal"),
    path("directory/<int:pk>/changes/<int:proposal>/refuse/", changes.refuse, name="proposal-refuse"),
    path("directory/<int:pk>/changes/<int:proposal>/withdraw/", changes.withdraw, name="proposal-withdraw"),
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
