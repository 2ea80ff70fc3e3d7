"""Slow hashes: a few at a time, and nobody waits for one with a connection in hand."""

import threading

import pytest
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, connections

from tests import hashers
from tests.stack import wait_for
from vault import hashing


def test_only_so_many_hash_at_once_and_the_others_wait():
    inside, ends = [], threading.Event()

    def hashes():
        with hashing.turn():
            inside.append(1)
            ends.wait(60)
        connections.close_all()

    threads = [threading.Thread(target=hashes) for _ in range(hashing.AT_ONCE + 3)]
    for thread in threads:
        thread.start()
    wait_for(lambda: len(inside) == hashing.AT_ONCE)
    ends.set()
    for thread in threads:
        thread.join()

    assert len(inside) == hashing.AT_ONCE + 3


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_a_hash_holds_no_connection():
    connection.ensure_connection()

    with hashing.turn():
        assert connection.connection is None


@pytest.mark.argon2
def test_a_password_takes_the_memory_that_we_said_and_one_thread():
    assert settings.PASSWORD_HASHERS == hashers.REAL == ["vault.hashing.Argon2"]

    kept = make_password("correct horse battery")

    assert kept.startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")
    assert check_password("correct horse battery", kept)
    assert not check_password("wrong horse", kept)
