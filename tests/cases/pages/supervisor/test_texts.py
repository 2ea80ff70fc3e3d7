"""The texts for the public are edited by administrators, and say who looked them over."""

from datetime import date

import pytest
from django.urls import reverse

from cases.models import Article
from cases.reads import articles

pytestmark = pytest.mark.django_db

EDIT = {"text": "# Rights\n\nWords.", "reviewed_by": "", "reviewed_on": "", "review_due_on": ""}


@pytest.fixture
def admin(client, krit):
    client.force_login(krit)
    return client


def address(slug="rights", language="lo"):
    return reverse("texts-edit", args=[slug, language])


def test_every_text_in_every_language_is_listed_and_waits_for_review(admin, django_assert_num_queries):
    page = admin.get(reverse("texts")).content.decode()

    assert page.count("not looked over by a native speaker") == 5 * 8


def test_an_administrator_changes_a_text_and_the_public_reads_it(admin, krit):
    answer = admin.post(address(), {**EDIT, "reviewed_by": "A reader", "reviewed_on": "2026-11-01"})

    row = Article.objects.get()
    assert answer["Location"] == reverse("texts")
    assert (row.edited_by, row.reviewed_on) == (krit, date(2026, 11, 1))
    assert "Words." in admin.get("/lo/info/rights/").content.decode()


def test_changed_twice_is_one_row(admin):
    admin.post(address(), EDIT)
    admin.post(address(), {**EDIT, "text": "# Rights\n\nOther words."})

    assert articles.article("rights", "lo").markdown.endswith("Other words.")
    assert Article.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": "# "}, "The text is empty."),
        ({"reviewed_on": "2026-11-01"}, "Say who looked it over."),
        ({"reviewed_on": "yesterday"}, "Enter a valid date."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(admin, wrong, said):
    answer = admin.post(address(), {**EDIT, "reviewed_by": "", **wrong})

    assert said in answer.content.decode()
    assert not Article.objects.exists()


def test_an_unknown_text_is_not_found(admin):
    assert admin.get(address("nothing")).status_code == 404
    assert admin.get(address(language="xx")).status_code == 404


@pytest.mark.parametrize("who", ["anong", "somchai", "pim"])
def test_nobody_else_opens_them(client, who, request):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse("texts")).status_code == 403
    assert client.post(address(), EDIT).status_code == 403
