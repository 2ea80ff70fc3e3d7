"""A browser for this machine only."""

import pytest

from insight.simulation.browser import Browser, is_this_machine


@pytest.mark.parametrize("here", ["http://127.0.0.1:8000", "http://localhost", "https://[::1]:8000/"])
def test_this_machine_has_several_names(here):
    assert is_this_machine(here)


def test_a_page_that_leads_elsewhere_is_not_followed():
    with pytest.raises(ValueError, match="example"):
        Browser("http://127.0.0.1:1").get("http://protect.example/")
