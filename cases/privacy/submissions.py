"""The key that is signed into each public page: the same page sent twice is one report (promise 10)."""

import secrets
from datetime import timedelta

from django.core import signing

_signer = signing.TimestampSigner(salt="submission")
# Only who holds SECRET_KEY can make one: a box that the public could tick would hide real alerts.
_exercise_signer = signing.TimestampSigner(salt="exercise")

# Likewise: of a canary no agency is told. It is good for one press, made just before it.
_canary_signer = signing.TimestampSigner(salt="canary")
CANARY_LASTS = timedelta(minutes=2)


def new_key() -> str:
    return _signer.sign(secrets.token_urlsafe(16))


def new_exercise_key() -> str:
    """What is sent under this key is marked as an exercise."""
    return _exercise_signer.sign(secrets.token_urlsafe(16))


def new_canary_key() -> str:
    """What is pressed under this key is a canary, and an exercise."""
    return _canary_signer.sign(secrets.token_urlsafe(16))


def is_canary_key(text: str) -> bool:
    try:
        _canary_signer.unsign(text, max_age=CANARY_LASTS)
    except (signing.BadSignature, ValueError):
        return False
    return True


def read_key(text: str) -> tuple[str, bool]:
    """The key, and whether it is an exercise's; ("", False) for anything that we did not sign.

    It has no end: a page that lay open for a day is still sent.
    """
    for signer, is_exercise in ((_signer, False), (_exercise_signer, True), (_canary_signer, True)):
        try:
            return signer.unsign(text), is_exercise
        except (signing.BadSignature, ValueError):
            continue
    return "", False
