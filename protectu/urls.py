"""The addresses of the portal: each room adds its own."""

from django.urls import include, path

from protectu import health, metrics, start

urlpatterns = [
    path("health/", health.health, name="health"),
    path("health/live/", health.live, name="live"),
    path("health/ready/", health.ready, name="ready"),
    path("metrics/", metrics.metrics, name="metrics"),
    path("start/", start.start, name="start"),
    path("", include("officers.pages.urls")),
    path("", include("agencies.pages.urls")),
    path("", include("cases.pages.urls")),
    path("", include("insight.urls")),
]

handler400 = "cases.pages.public.errors.bad_request"
handler404 = "cases.pages.public.errors.not_found"
handler500 = "protectu.middleware.broken"
