"""The addresses of all pages: one file of them for each audience."""

from django.urls import include, path

from cases.pages import red_light
from cases.pages.public import line
from cases.pages.supervisor import preflight, texts

urlpatterns = [
    path("", include("cases.pages.public.urls")),
    path("hooks/line/", line.from_line, name="hook-line"),
    path("", include("cases.pages.responder.urls")),
    path("desk/", include("cases.pages.desk.urls")),
    path("desk/red/", red_light.show, name="red"),
    path("directory/preflight/", preflight.show, name="preflight"),
    path("directory/preflight/lines/", preflight.try_lines, name="preflight-lines"),
    path("directory/rings/", include("cases.pages.supervisor.ring_urls")),
    path("directory/texts/", texts.overview, name="texts"),
    path("directory/texts/<slug:slug>/<str:language>/", texts.edit, name="texts-edit"),
]
