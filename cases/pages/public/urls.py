from django.urls import path, register_converter

from cases.pages.public import after, views
from cases.pages.public.languages import LanguageConverter

register_converter(LanguageConverter, "language")

urlpatterns = [
    path("", views.choose_language, name="public-start"),
    path("<language:language>/", views.home, name="public-home"),
    path("<language:language>/now/", views.now, name="public-now"),
    path("<language:language>/form/", views.form, name="public-form"),
    path("<language:language>/now/sent/", after.sent, name="public-sent"),
    path("<language:language>/now/place/", after.place, name="public-place"),
    path("<language:language>/now/words/", after.words, name="public-words"),
    path("<language:language>/now/position/", after.position, name="public-position"),
    path("<language:language>/areas.json", views.areas, name="public-areas"),
]
