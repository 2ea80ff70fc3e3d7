from django.urls import path

from cases.pages.supervisor import ring_preview, ring_proposal, ring_sets

urlpatterns = [
    path("", ring_sets.overview, name="rings"),
    path("preview/", ring_preview.show, name="rings-preview"),
    path("changes/<int:pk>/confirm/", ring_sets.confirm, name="rings-confirm"),
    path("changes/<int:pk>/withdraw/", ring_sets.withdraw, name="rings-withdraw"),
    path("<str:where>/<str:when>/", ring_sets.of, name="rings-of"),
    path("<str:where>/<str:when>/propose/", ring_proposal.propose, name="rings-propose"),
    path("<str:where>/<str:when>/remove/", ring_sets.remove, name="rings-remove"),
]
