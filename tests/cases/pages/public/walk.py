"""Ask for every public page once, in one language, and draw the answers in a browser."""

import pytest
from django.test import RequestFactory
from django.utils import timezone

from cases.flow import casework, returning
from cases.models import Article, Report
from cases.pages.public import errors
from tests.cases.pages.public.conftest import hidden, reference_on

SITE = "http://portal.test"
ALERT = "now"
READ = ["check", "numbers", "share", *Article.Slug.values]


def every_page(phone, language, officer):
    """Return each page by its name; the agencies and the hotlines have to be there."""
    pressed = phone.press(language)
    report = Report.objects.get(reference=reference_on(pressed))
    token = {"token": hidden(pressed, "token")}
    return {
        **{path: phone.get(f"/{language}/{path}/") for path in (ALERT, "form", "back", "info")},
        "home": phone.get(f"/{language}/"),
        **{f"info/{each}": phone.get(f"/{language}/info/{each}/") for each in READ},
        "info/check, marked": phone.post(f"/{language}/info/check/", {"sign": ["0", "1"]}),
        "poster": phone.get(f"/{language}/info/sheet/?what=poster&province=95"),
        "cards": phone.get(f"/{language}/info/sheet/?what=cards&province=95"),
        "receipt": pressed,
        "receipt, place asked": phone.post(f"/{language}/now/place/", {**token, "area": "95"}),
        "receipt, words added": phone.post(f"/{language}/now/words/", {**token, "text": "1"}),
        "receipt, too old": phone.post(f"/{language}/now/words/", {"token": "too old", "text": "1"}),
        "receipt, looked again": phone.post(f"/{language}/now/sent/", token),
        "code": phone.post(f"/{language}/now/code/", token),
        "form, empty": phone.post(f"/{language}/form/", {}),
        "form, unclear": phone.post(f"/{language}/form/", {"people_count": "many", "in_danger_now": "perhaps"}),
        "back, mistyped": phone.post(f"/{language}/back/", {"code": "12"}),
        "back, too old": phone.post(f"/{language}/back/words/", {"token": "too old", "text": "1"}),
        **_of_who_came_back(phone, language, report, officer),
        **_failures(phone, language),
    }


def _of_who_came_back(phone, language, report, officer):
    """Return the pages that a reporter sees who comes back, with a letter and contact details to be taken away."""
    Report.objects.filter(pk=report.pk).update(contact=Report(contact="081").contact)
    casework.write_to_reporter(report=report, text="A car comes at nine.", by=officer, now=timezone.now())
    code = returning.give_code(report=report, now=timezone.now())
    came = phone.post(f"/{language}/back/", {"code": code.digits})
    token = {"token": hidden(came, "token")}
    return {
        "came back": came,
        "came back, looked again": phone.post(f"/{language}/back/look/", token),
        "came back, place added": phone.post(f"/{language}/back/place/", {**token, "landmark": "a pier"}),
        "came back, to be reached": phone.post(f"/{language}/back/reach/", {**token, "safe_contact": "ANY_TIME"}),
        "came back, who may know": phone.post(f"/{language}/back/who/", token),
        "came back, withdrawn": phone.post(f"/{language}/back/stop/", token),
        "came back, contact hidden": phone.post(f"/{language}/back/contact/", {**token, "do": "hide"}),
    }


def _failures(phone, language):
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("cases.flow.intake.receiving._new", lambda *args, **kwargs: 1 / 0)
        not_sent = phone.press(language)
    request = RequestFactory().get(f"/{language}/")
    return {"not sent": not_sent, "not found": phone.get(f"/{language}/nowhere/"), "broken": errors.broken(request)}


def open_in(browser, pages, **options):
    """Return a function that shows one of `pages` in a tab, with its headers, as if it was just answered.

    Each request of the page gets the page itself as its answer: only how it is drawn counts here.
    """
    context = browser.new_context(**{"viewport": {"width": 320, "height": 640}, "locale": "th-TH", **options})
    tab, shown = context.new_page(), []
    context.route("**/*", lambda route: route.fulfill(**shown[0]) if shown else route.abort())

    def show(name):
        answer = pages[name]
        headers = {key: value for key, value in answer.headers.items() if key != "Content-Length"}
        shown[:] = [{"status": answer.status_code, "headers": headers, "body": answer.content}]
        tab.goto(f"{SITE}/")
        return tab

    return show
