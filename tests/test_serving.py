import pytest

from cargoscope.serving import address
from cargoscope.settings import Settings


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8400"),
        ("0.0.0.0", "http://127.0.0.1:8400"),
        ("::", "http://[::1]:8400"),
        ("::1", "http://[::1]:8400"),
        ("fd00::17", "http://[fd00::17]:8400"),
        ("scans.example", "http://scans.example:8400"),
    ],
)
def test_the_address_of_the_service_is_one_that_a_browser_takes(host: str, url: str) -> None:
    assert address(Settings(host=host)) == url
