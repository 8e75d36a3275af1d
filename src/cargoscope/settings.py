"""The settings of this machine: where the data lies, who may reach the service, how much it takes.

A setting stands in a TOML file or in the environment as CARGOSCOPE_<NAME>; the environment wins. Keys that are not
listed here are refused. The tables [site] and [oidc] hold the rules of the site and the OpenID provider; they stand in
the file alone.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from cargoscope.errors import SettingsError
from cargoscope.provider import Provider
from cargoscope.site import Site

ENVIRONMENT: Final = "CARGOSCOPE_"
FOREIGN: Final = frozenset({"CARGOSCOPE_REAL_DATA", "CARGOSCOPE_BROWSER", "CARGOSCOPE_STATION_KEY"})
"""Names in the environment that begin like a setting and are none: of the tests, or the key of a station."""


TABLES: Final = frozenset({"site", "oidc"})
"""Settings that are tables of the file."""


@dataclass(frozen=True)
class Settings:
    """This machine.

    data_dir: archive, scans, models, unfinished streams. host, port: where the service listens.
    provider: execution provider of onnxruntime. threads: of the network, 0 lets it choose.
    max_scan_bytes: of one scan, as a file or as streamed pixels. max_height, max_columns: of one streamed view, pixels.
    max_streams: unfinished streams of one station. stream_stale_hours: after so long without a column a stream counts
    no more; it is kept and may go on all the same. session_hours: how long an officer stays logged in.
    secure_cookie: True behind TLS, so that the browser sends the session over TLS only.
    log_format: "console" for people, "json" for machines. tile_cache_bytes: memory for tile pyramids.
    blind_first: officers mark what they see before they are shown the model's regions.
    max_photo_bytes: of one photograph of a physical examination. provisional_columns: after so many new columns of a
    truck in the tunnel the model takes a look at them, when no whole scan waits; 0 for never.
    site: the rules of the site. oidc: the OpenID provider, None for local accounts alone.
    """

    data_dir: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 8400
    provider: str = "CPUExecutionProvider"
    threads: int = 0
    max_scan_bytes: int = 512 * 1024 * 1024
    max_height: int = 8192
    max_columns: int = 65536
    max_streams: int = 16
    stream_stale_hours: float = 2.0
    session_hours: float = 12.0
    secure_cookie: bool = False
    log_format: str = "console"
    tile_cache_bytes: int = 256 * 1024 * 1024
    blind_first: bool = False
    max_photo_bytes: int = 12 * 1024 * 1024
    provisional_columns: int = 1024
    site: Site = field(default_factory=lambda: Site.read({}))
    oidc: Provider | None = None

    def __post_init__(self) -> None:
        ranges: dict[str, tuple[float, float]] = {
            "port": (1, 65535),
            "threads": (0, 1024),
            "max_scan_bytes": (1024, 16 * 1024**3),
            "max_height": (1, 65536),
            "max_columns": (1, 1_048_576),
            "max_streams": (1, 100_000),
            "stream_stale_hours": (0.001, 24 * 365),
            "session_hours": (0.01, 24 * 31),
            "tile_cache_bytes": (1024, 64 * 1024**3),
            "max_photo_bytes": (1024, 1024**3),
            "provisional_columns": (0, 1_000_000),
        }
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(f"setting {name} must be {low}..{high}, got {value}")
        if self.log_format not in ("console", "json"):
            raise SettingsError(f"setting log_format must be 'console' or 'json', got {self.log_format!r}")

    @classmethod
    def read(cls, path: Path | None = None, environment: Mapping[str, str] | None = None, **given: Any) -> "Settings":
        """Defaults, then the TOML file, then the environment, then what was given by name (None: not given)."""
        settings = cls()
        if path is not None:
            settings = settings.changed(_table(path), str(path))
        environment = os.environ if environment is None else environment
        texts = {
            name.removeprefix(ENVIRONMENT).lower(): text
            for name, text in environment.items()
            if name.startswith(ENVIRONMENT) and name not in FOREIGN
        }
        settings = settings.changed(texts, "the environment")
        return settings.changed({name: value for name, value in given.items() if value is not None}, "the command")

    def changed(self, values: Mapping[str, Any], source: str) -> "Settings":
        """These settings with some values replaced; SettingsError names unknown keys and values of a wrong type."""
        kinds = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        unknown = sorted(set(values) - set(kinds))
        if unknown:
            valid = ", ".join(sorted(kinds))
            raise SettingsError(f"{source}: no setting named {', '.join(unknown)}; there are {valid}")
        kinds["data_dir"] = Path
        plain = {name: _cast(name, value, kinds[name], source) for name, value in values.items() if name not in TABLES}
        tables: dict[str, Any] = {name: _from_table(name, values[name], source) for name in TABLES & set(values)}
        return replace(self, **plain, **tables)


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"settings file {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"settings file {path} is not TOML: {error}") from error


def _from_table(name: str, value: Any, source: str) -> Site | Provider:
    if isinstance(value, Site | Provider):
        return value
    if not isinstance(value, dict):
        raise SettingsError(f"{source}: {name} is a table [{name}] of the settings file, got {value!r}")
    return Site.read(value) if name == "site" else Provider.read(value)


def _cast(name: str, value: Any, kind: type, source: str) -> Any:
    if kind is bool and isinstance(value, str) and value.lower() in ("true", "false", "1", "0"):
        return value.lower() in ("true", "1")
    if isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool):
        return value
    if kind is not bool and not isinstance(value, bool) and isinstance(value, str | int):
        try:
            return kind(value)
        except (TypeError, ValueError):
            pass
    raise SettingsError(f"{source}: setting {name} must be {kind.__name__}, got {value!r}")
