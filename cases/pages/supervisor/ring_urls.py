from django.urls import path

from cases.pages.supervisor import ring_preview, ring_proposal, rings

urlpatterns = [
    path("", rings.overview, name="rings"),
    path("preview/", ring_preview.show, name="rings-preview"),
    path("changes/<int:pk>/confirm/", rings.confirm, name="rings-confirm"),
    path("changes/<int:pk>/withdraw/", rings.withdraw, name="rings-withdraw"),
    path("<str:where>/<str:when>/", rings.of, name="rings-of"),
    path("<str:where>/<str:when>/propose/", ring_proposal.propose, name="rings-propose"),
    path("<str:where>/<str:when>/remove/", rings.remove, name="rings-remove"),
]
