from pathlib import Path

import pytest

from cargoscope.errors import SettingsError
from cargoscope.settings import Settings


def test_the_environment_wins_over_the_file_and_the_command_over_both(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('port = 1000\nhost = "10.0.0.1"\nsession_hours = 8\nsecure_cookie = true\n')
    environment = {"CARGOSCOPE_PORT": "2000", "CARGOSCOPE_HOST": "10.0.0.2", "PATH": "/bin"}
    settings = Settings.read(file, environment, port=3000, data_dir=None)
    assert settings == Settings(port=3000, host="10.0.0.2", session_hours=8.0, secure_cookie=True)


def test_the_environment_gives_every_type() -> None:
    environment = {"DATA_DIR": "/srv/x", "SECURE_COOKIE": "true", "SESSION_HOURS": "1.5"}
    settings = Settings.read(environment={f"CARGOSCOPE_{name}": text for name, text in environment.items()})
    assert settings == Settings(Path("/srv/x"), secure_cookie=True, session_hours=1.5)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"CARGOSCOPE_PROT": "1"}, "the environment: no setting named prot; there are blind_first, data_dir"),
        ({"CARGOSCOPE_PORT": "x"}, "setting port must be int, got 'x'"),
        ({"CARGOSCOPE_PORT": "0"}, "setting port must be 1..65535, got 0"),
        ({"CARGOSCOPE_SECURE_COOKIE": "maybe"}, "setting secure_cookie must be bool, got 'maybe'"),
        ({"CARGOSCOPE_LOG_FORMAT": "xml"}, "must be 'console' or 'json', got 'xml'"),
    ],
)
def test_a_wrong_setting_is_refused(environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        Settings.read(environment=environment)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("port = true", "setting port must be int, got True"),
        ("port = 8.5", "setting port must be int, got 8.5"),
        ("prot = 8", "settings.toml: no setting named prot"),
        ("port = ", "is not TOML"),
        ("data_dir = 3", "setting data_dir must be"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=sentence):
        Settings.read(file, {})


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        Settings.read(tmp_path / "none.toml", {})


def test_names_that_only_look_like_settings_are_left_alone() -> None:
    assert Settings.read(environment={"CARGOSCOPE_REAL_DATA": "/data", "CARGOSCOPE_STATION_KEY": "x"}) == Settings()
