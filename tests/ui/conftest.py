"""The service that the console's tests use."""

from collections.abc import Iterator

import pytest

from tests.ui.house import House, house


@pytest.fixture
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("house")) as open_house:
        yield open_house
