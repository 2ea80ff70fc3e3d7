"""Tokens see a later hour, or an earlier one, while all else goes on."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from agencies import clock
from cases.privacy import tokens


def tokens_see(monkeypatch: pytest.MonkeyPatch, **later: float) -> None:
    """As if so much time had passed: `tokens_see(monkeypatch, hours=1)`."""
    monkeypatch.setattr(tokens, "clock", SimpleNamespace(now=lambda: clock.now() + timedelta(**later)))
