"""The texts that come with the portal are there in every language, and promise nothing that the law does not."""

import re

import pytest
from django.conf import settings

from cases.models import Article
from cases.reads import articles

LANGUAGES = [code for code, _ in settings.LANGUAGES]


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.mark.parametrize("slug", Article.Slug.values)
def test_a_text_comes_with_the_portal_in_each_language(language, slug):
    text = articles.of_file(slug, language)

    assert text.markdown.startswith("# ")
    assert len(text.title) > 3
    assert text.reviewed_on is None


def test_the_texts_of_all_languages_have_the_same_parts(language):
    for slug in Article.Slug.values:
        ours, english = (articles.of_file(slug, code) for code in (language, "en"))
        assert len(ours.points) == len(english.points)
        assert ours.markdown.count("\n## ") == english.markdown.count("\n## ")
        assert re.findall(r"\b(?:29|33|34|35|41|24|18|11|2551)\b", ours.markdown) or slug in (
            "after",
            "traces",
            "border",
        )


def test_no_text_promises_that_nobody_is_arrested():
    text = articles.of_file("rights", "en").markdown

    assert "We cannot promise" in text
    assert "The Minister of Justice can allow a prosecution" in text  # the exception of s.41
    assert "not be arrested" not in text
