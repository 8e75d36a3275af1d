"""The OpenID provider where officers log in, and how what it says of them becomes roles here."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from cargoscope.errors import SettingsError

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Provider:
    """The table [oidc] of the settings.

    issuer: address of the provider, as it calls itself. client_id: how it knows this service. public_url: how browsers
    reach this service; {public_url}/v1/oidc/callback is registered at the provider. client_secret_file: holds the
    client's secret; without it the client is public, and PKCE alone guards the code. scopes: what is asked for.
    name_claim: becomes the name of the account. roles_claim: a list or a text, dots lead into tables
    ("realm_access.roles"). roles: of the claim's values the roles here; who has none of them may not come in.
    label: stands on the button. ca_file: certificates that the provider's is checked by, where it is the network's own.
    """

    issuer: str
    client_id: str
    public_url: str
    roles: dict[str, tuple[str, ...]]
    client_secret_file: str = ""
    scopes: tuple[str, ...] = ("openid", "profile")
    name_claim: str = "preferred_username"
    roles_claim: str = "groups"
    label: str = "Log in with the organisation's account"
    ca_file: str = ""

    def __post_init__(self) -> None:
        for name in ("issuer", "public_url"):
            _check_address(name, getattr(self, name))
        if "openid" not in self.scopes:
            raise SettingsError(f"oidc: scopes must hold 'openid', got {list(self.scopes)}")
        if not self.client_id or not self.roles:
            raise SettingsError("oidc: client_id and roles must not be empty")

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "Provider":
        """From the table; SettingsError names what is missing, unknown or of a wrong type."""
        known = {field.name: field for field in fields(cls)}
        unknown = sorted(set(table) - set(known))
        missing = sorted(name for name, field in known.items() if field.default is MISSING and name not in table)
        if unknown or missing:
            what = f"no setting named {', '.join(unknown)}" if unknown else f"{', '.join(missing)} is missing"
            raise SettingsError(f"oidc: {what}; there are {', '.join(known)}")
        return cls(**{name: _cast(name, value) for name, value in table.items()})

    @property
    def callback(self) -> str:
        """Where the provider sends the browser back to."""
        return f"{self.public_url.rstrip('/')}/v1/oidc/callback"


def _cast(name: str, value: Any) -> Any:
    if name == "roles":
        if not isinstance(value, dict) or not all(_is_words(roles) for roles in value.values()):
            raise SettingsError(f"oidc: roles must be a table of lists, got {value!r}")
        return {said: tuple(roles) for said, roles in value.items()}
    if name == "scopes":
        if not _is_words(value):
            raise SettingsError(f"oidc: scopes must be a list of words, got {value!r}")
        return tuple(value)
    if not isinstance(value, str):
        raise SettingsError(f"oidc: {name} must be a text, got {value!r}")
    return value


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _check_address(name: str, address: str) -> None:
    parts = urlsplit(address)
    if not parts.netloc or parts.scheme not in ("http", "https"):
        raise SettingsError(f"oidc: {name} must be an address, got {address!r}")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise SettingsError(f"oidc: {name} must begin with https://, else anybody on the way reads along: {address!r}")
