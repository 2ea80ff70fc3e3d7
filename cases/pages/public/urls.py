from django.urls import path, register_converter

from cases.pages.public import after, back, info, moving, views
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
    path("<language:language>/now/moving/", moving.start, name="public-moving"),
    path("<language:language>/now/moving/point/", moving.point, name="public-moving-point"),
    path("<language:language>/now/moving/longer/", moving.longer, name="public-moving-longer"),
    path("<language:language>/now/moving/stop/", moving.stop, name="public-moving-stop"),
    path("<language:language>/now/code/", back.code, name="public-code"),
    path("<language:language>/back/", back.back, name="public-back"),
    path("<language:language>/back/look/", back.look, name="public-back-look"),
    path("<language:language>/back/words/", back.words, name="public-back-words"),
    path("<language:language>/back/place/", back.place, name="public-back-place"),
    path("<language:language>/back/stop/", back.stop, name="public-back-stop"),
    path("<language:language>/back/contact/", back.contact, name="public-back-contact"),
    path("<language:language>/back/reach/", back.reach, name="public-back-reach"),
    path("<language:language>/back/who/", back.who, name="public-back-who"),
    path("<language:language>/info/", info.index, name="public-info"),
    path("<language:language>/info/check/", info.check, name="public-check"),
    path("<language:language>/info/numbers/", info.numbers, name="public-numbers"),
    path("<language:language>/info/share/", info.share, name="public-share"),
    path("<language:language>/info/sheet/", info.poster, name="public-sheet"),
    path("<language:language>/info/<slug:slug>/", info.article, name="public-article"),
    path("<language:language>/areas.json", views.areas, name="public-areas"),
]
