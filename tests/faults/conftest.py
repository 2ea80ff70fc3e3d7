"""A stack with a PostgreSQL of its own, for what the shared one must not suffer."""

from collections.abc import Iterator

import pytest

from tests.cluster import StackAlone


@pytest.fixture(scope="package")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackAlone]:
    stack = StackAlone(tmp_path_factory.mktemp("alone"))
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
