"""A browser for this machine only."""

import socket
from threading import Thread

import pytest

from insight.simulation.browser import Browser, is_this_machine


@pytest.mark.parametrize("here", ["http://127.0.0.1:8000", "http://localhost", "https://[::1]:8000/"])
def test_this_machine_has_several_names(here):
    assert is_this_machine(here)


def test_a_page_that_leads_elsewhere_is_not_followed():
    with pytest.raises(ValueError, match="example"):
        Browser("http://127.0.0.1:1").get("http://protect.example/")


@pytest.mark.parametrize(
    "begun",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<html",
        b"HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\n<html",
        b"not HTTP\r\n",
    ],
)
def test_an_answer_that_breaks_off_is_an_os_error_like_a_dead_server(begun):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer_once():
            line, _ = server.accept()
            with line:
                line.recv(65536)
                line.sendall(begun)

        thread = Thread(target=answer_once)
        thread.start()
        with pytest.raises(OSError):
            Browser(f"http://127.0.0.1:{server.getsockname()[1]}").get("/")
        thread.join()
