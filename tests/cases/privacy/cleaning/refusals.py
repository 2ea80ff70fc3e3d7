"""A file that the cleaner refuses."""

import pytest

from cases.privacy.cleaning import apart
from cases.privacy.cleaning.made import Refused


def refusal(kind: str, content: bytes) -> str:
    with pytest.raises(Refused) as no:
        apart.clean(kind, content)
    return no.value.reason
