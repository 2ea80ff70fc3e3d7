"""The signed key in each public page, by which the same page sent twice becomes one report (promise 10)."""

import secrets
from datetime import timedelta

from django.core import signing

from cases.privacy.tokens import TimedSigner

# Without a moment: this key never expires, and the page is drawn even while the database is away.
_signer = signing.Signer(salt="submission")
# Only the holder of SECRET_KEY can make one. If the public could tick "exercise", real alerts would be hidden.
_exercise_signer = signing.Signer(salt="exercise")

# Likewise, because no agency is told of a canary. The key is made just before the press.
_canary_signer = TimedSigner(salt="canary")
CANARY_LASTS = timedelta(minutes=2)


def new_key() -> str:
    return _signer.sign(secrets.token_urlsafe(16))


def new_exercise_key() -> str:
    """Return a key that marks what is sent with it as an exercise."""
    return _exercise_signer.sign(secrets.token_urlsafe(16))


def new_canary_key() -> str:
    """Return a key that marks what is sent with it as a canary and an exercise, for two minutes."""
    return _canary_signer.sign(secrets.token_urlsafe(16))


def is_canary_key(text: str) -> bool:
    try:
        _canary_signer.unsign(text, max_age=CANARY_LASTS)
    except (signing.BadSignature, ValueError):
        return False
    return True


def read_key(text: str) -> tuple[str, bool]:
    """Return the key, and whether it marks an exercise; ("", False) for anything that we did not sign.

    A key does not expire here, so that a page that was open for a day can still be sent.
    """
    for signer, is_exercise in ((_signer, False), (_exercise_signer, True), (_canary_signer, True)):
        try:
            return signer.unsign(text), is_exercise
        except (signing.BadSignature, ValueError):
            continue
    return "", False
