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


@pytest.fixture(scope="package")
def stack(alone: StackAlone) -> StackAlone:
    """Faults have no need of a second portal; and theirs writes to a disk, as the real one does."""
    return alone
