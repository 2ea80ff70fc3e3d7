from django.urls import path

from agencies.pages import changes, contacts, pins, views

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
]
