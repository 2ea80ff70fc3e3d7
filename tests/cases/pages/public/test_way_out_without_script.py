"""Without script the way out is a link: whoever goes back finds nothing that was typed or sent."""

import pytest
from django.conf import settings

from cases.models import Report
from tests.cases.pages.public.conftest import DANGER, reference_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plain(open_page):
    page = open_page("/th/", java_script_enabled=False)
    page.context.route(settings.QUICK_EXIT_URL, lambda route: route.fulfill(body="Weather", content_type="text/html"))
    return page


def test_a_form_is_empty_for_who_goes_back(plain):
    plain.goto("/en/form/")
    plain.fill("[name=narrative]", "He has my passport")
    plain.check("[name=in_danger_now][value=yes]")
    plain.click("#exit")
    plain.wait_for_url(settings.QUICK_EXIT_URL)

    plain.go_back()

    assert plain.url.endswith("/en/form/")
    assert plain.input_value("[name=narrative]") == ""
    assert not plain.is_checked("[name=in_danger_now][value=yes]")


def test_a_receipt_is_kept_by_no_browser_which_would_have_to_send_it_again(plain):
    plain.goto("/en/now/")
    plain.click(DANGER)
    reference_in(plain)
    plain.click("#exit")
    plain.wait_for_url(settings.QUICK_EXIT_URL)
    plain.asked.clear()

    plain.go_back()  # a browser with a person before it asks first; this one has nobody to ask

    assert [method for method, _ in plain.asked] == ["POST"]
    assert Report.objects.count() == 1
