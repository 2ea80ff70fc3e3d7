"""What a page with a map puts into its head."""

import re

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory


def head_for(name):
    request = RequestFactory().get("/map/")
    request.csp_nonce = "of-this-answer"
    return Template('{% load maps %}{% map_files "' + name + '" %}').render(Context({"request": request}))


@pytest.mark.parametrize("name", settings.MAP_SCRIPTS)
def test_leaflet_comes_before_our_script_and_each_has_the_nonce_of_the_answer(name):
    scripts = re.findall(r'<script src="/static/([^"]+)" nonce="of-this-answer" defer></script>', head_for(name))

    assert scripts == ["leaflet/leaflet.js", f"{name}.js"]
    assert head_for(name).count("<script") == 2


@pytest.mark.parametrize("name", settings.MAP_SCRIPTS)
def test_the_styles_of_leaflet_come_before_ours(name):
    styles = re.findall(r'<link rel="stylesheet" href="/static/([^"]+)">', head_for(name))

    assert styles == ["leaflet/leaflet.css", "map.css"]
