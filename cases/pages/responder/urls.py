from django.urls import path, re_path

from cases.pages.responder import hand_over, views
from cases.pages.responder.doors import by_link, by_login, straighten

urlpatterns = [
    path("a/<str:token>/", by_link(views.show), name="responder-link"),
    path("a/<str:token>/take/", by_link(views.take), name="responder-acknowledge"),
    path("a/<str:token>/cannot/", by_link(views.cannot), name="responder-decline"),
    path("a/<str:token>/place/", by_link(views.place_by_pin), name="responder-place"),
    path("a/<str:token>/arrived/", by_link(views.arrived), name="responder-arrived"),
    path("a/<str:token>/outcome/", by_link(views.outcome), name="responder-outcome"),
    re_path(r"^a/(?P<token>[^/]+)/(?P<more>[^A-Za-z0-9/].*)$", straighten, name="responder-link-and-more"),
    path("asked/", views.asked_of_us, name="responder-asked"),
    path("asked/hand-over/", hand_over.show, name="responder-hand-over"),
    path("asked/<str:reference>/", by_login(views.show), name="responder-dispatch"),
    path("asked/<str:reference>/take/", by_login(views.take), name="responder-dispatch-take"),
    path("asked/<str:reference>/cannot/", by_login(views.cannot), name="responder-dispatch-cannot"),
    path("asked/<str:reference>/place/", by_login(views.place_by_login), name="responder-dispatch-place"),
    path("asked/<str:reference>/arrived/", by_login(views.arrived), name="responder-dispatch-arrived"),
    path("asked/<str:reference>/outcome/", by_login(views.outcome), name="responder-dispatch-outcome"),
]
