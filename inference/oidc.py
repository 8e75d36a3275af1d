"""Logging in at an OpenID provider: authorization code with PKCE (OpenID Connect Core 1.0, RFC 7636, RFC 9207).

The service speaks to the provider itself for its description, its keys and the exchange of the code; the browser
carries nothing but the code. What a login in progress must remember lies in the browser, sealed with a key of this
process.
"""

import hashlib
import hmac
import json
import secrets
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_plus

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from cargoscope.datasets.archive.people import ROLES
from cargoscope.errors import AuthError, ForbiddenError, ServiceError, SettingsError
from cargoscope.provider import LOOPBACK, Provider

SECONDS: Final = 600
"""How long a login may take at the provider."""

TIMEOUT_S: Final = 5.0
AWAY: Final = "the OpenID provider does not answer; log in with a local account, or try again"

FRESH_S: Final = 3600.0
"""How long the provider's description and keys are trusted to be what they were."""

AGAIN_S: Final = 5.0
"""After a failure nobody is kept waiting by another try for so long."""

LEEWAY_S: Final = 60
"""By how much the clocks may differ."""

ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
"""Signatures by the provider's own key; none that this service, or anybody, could make."""


BASIC: Final = ("client_secret_basic",)
"""What a provider accepts that does not say (OpenID Connect Discovery 1.0, section 3)."""


@dataclass(frozen=True)
class Person:
    """Whom the provider vouches for. subject: who that is, for ever: the issuer and its name for them."""

    subject: str
    name: str
    roles: tuple[str, ...]


class OpenId:
    """One provider. Any thread may use it. SettingsError where the settings name roles or files that are not there."""

    def __init__(self, provider: Provider) -> None:
        unknown = sorted({role for roles in provider.roles.values() for role in roles} - set(ROLES))
        if unknown:
            raise SettingsError(f"oidc: a role is one of {', '.join(ROLES)}, got {', '.join(unknown)}")
        self.provider = provider
        self._secret = _content(provider.client_secret_file)
        _content(provider.ca_file)
        self._seal_key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._known: dict[str, Any] = {}
        self._keys = KeySet([])
        self._fresh_until_s = 0.0
        self._not_before_s = 0.0

    def begin(self) -> tuple[str, str]:
        """Where to send the browser, and what it keeps meanwhile. ServiceError where the provider does not answer."""
        known, _ = self._description()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        address = prepare_grant_uri(
            known["authorization_endpoint"],
            client_id=self.provider.client_id,
            response_type="code",
            redirect_uri=self.provider.callback,
            scope=" ".join(self.provider.scopes),
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        kept = {"state": state, "nonce": nonce, "verifier": verifier, "until": time.time() + SECONDS}
        return str(address), self._sealed(kept)

    def finish(self, query: Mapping[str, str], kept: str) -> Person:
        """Whom the browser has brought back. query: of the address that the provider sent it to. kept: by the browser.

        AuthError for an answer that belongs to no login of this browser, or that the provider does not confirm;
        ForbiddenError for somebody who has no role here.
        """
        login = self._unsealed(kept)
        if not hmac.compare_digest(query.get("state", "").encode(), str(login["state"]).encode()):
            raise AuthError("this answer of the OpenID provider belongs to another login; begin again")
        known, _ = self._description()
        iss = query.get("iss")
        if iss != known["issuer"] and (iss or known.get("authorization_response_iss_parameter_supported")):
            raise AuthError("this answer comes from another OpenID provider")
        if "code" not in query:
            raise AuthError(f"the OpenID provider refused: {query.get('error', 'no code')[:80]}")
        tokens = self._exchange(known, query["code"], login["verifier"])
        claims = self._claims(tokens, login["nonce"])
        return self._person(known, claims, str(tokens.get("access_token", "")))

    def _person(self, known: Mapping[str, Any], claims: Mapping[str, Any], access_token: str) -> Person:
        said: Mapping[str, Any] = claims
        if self._roles_in(said) is None or self.provider.name_claim not in said:
            said = {**self._userinfo(known, access_token, str(claims["sub"])), **claims}
        roles = [role for value in self._roles_in(said) or () for role in self.provider.roles.get(value, ())]
        if not roles:
            raise ForbiddenError("the OpenID provider knows you, but gives you no role here; ask your administrator")
        name = said.get(self.provider.name_claim)
        if not isinstance(name, str):
            raise AuthError(f"the OpenID provider does not say {self.provider.name_claim!r}")
        return Person(f"{known['issuer']}|{claims['sub']}", name, tuple(dict.fromkeys(roles)))

    def _roles_in(self, said: Mapping[str, Any]) -> list[str] | None:
        """The values of the claim of roles; None where it is not said."""
        value: Any = said
        for part in self.provider.roles_claim.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if isinstance(value, str):
            return [value]
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else None

    def _exchange(self, known: Mapping[str, Any], code: str, verifier: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.provider.callback,
            "code_verifier": verifier,
        }
        auth: httpx.Auth = httpx.Auth()
        if self._secret and "client_secret_basic" in known.get("token_endpoint_auth_methods_supported", BASIC):
            auth = httpx.BasicAuth(quote_plus(self.provider.client_id), quote_plus(self._secret))  # RFC 6749, 2.3.1
        else:
            form["client_id"] = self.provider.client_id
            form |= {"client_secret": self._secret} if self._secret else {}
        with self._http() as http:
            answer = _asked(lambda: http.post(known["token_endpoint"], data=form, auth=auth))
        if answer.status_code != 200:
            raise AuthError("the OpenID provider did not accept the code; begin again")
        return _object(answer)

    def _claims(self, tokens: Mapping[str, Any], nonce: str) -> CodeIDToken:
        """The checked ID token: signature by a key of the provider, issuer, audience, times, nonce."""
        known, keys = self._description()
        token = str(tokens.get("id_token", ""))
        try:
            try:
                signed = jws.deserialize_compact(token, keys, list(ALGORITHMS))
            except (JoseError, ValueError):
                known, keys = self._description(anew=True)
                signed = jws.deserialize_compact(token, keys, list(ALGORITHMS))
            options = {"iss": {"essential": True, "value": known["issuer"]}}
            params = {"nonce": nonce, "client_id": self.provider.client_id}
            params |= {"access_token": tokens["access_token"]} if "access_token" in tokens else {}
            claims = CodeIDToken(json.loads(signed.payload), signed.protected, options, params)
            claims.validate(leeway=LEEWAY_S)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise AuthError(f"the OpenID provider's token does not hold: {error}") from error
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if claims["iss"] != known["issuer"] or self.provider.client_id not in audience or claims.get("nonce") != nonce:
            raise AuthError("the OpenID provider's token is meant for somebody else")
        return claims

    def _userinfo(self, known: Mapping[str, Any], access_token: str, subject: str) -> dict[str, Any]:
        """What the provider says beyond the token; nothing where it has no such endpoint."""
        if "userinfo_endpoint" not in known or not access_token:
            return {}
        _check_endpoint("userinfo_endpoint", known["userinfo_endpoint"])
        with self._http() as http:
            bearer = {"Authorization": f"Bearer {access_token}"}
            answer = _asked(lambda: http.get(known["userinfo_endpoint"], headers=bearer))
        said = _object(answer) if answer.status_code == 200 else {}
        if said.get("sub") != subject:
            raise AuthError("the OpenID provider speaks of somebody else than its token")
        return said

    def _description(self, anew: bool = False) -> tuple[dict[str, Any], KeySet]:
        """What the provider says of itself, and its keys; asked once an hour, or when a key is not among them.

        One thread asks; who waits for it too long, or comes soon after a failure, is refused.
        """
        if not self._lock.acquire(timeout=TIMEOUT_S):
            raise ServiceError(AWAY)
        try:
            now_s = time.monotonic()
            if now_s < self._fresh_until_s - (FRESH_S - AGAIN_S if anew else 0.0):
                return self._known, self._keys
            if now_s < self._not_before_s:
                raise ServiceError(AWAY)
            try:
                self._known, self._keys = self._read()
            except ServiceError:
                self._not_before_s = time.monotonic() + AGAIN_S
                raise
            self._fresh_until_s = time.monotonic() + FRESH_S
            return self._known, self._keys
        finally:
            self._lock.release()

    def _read(self) -> tuple[dict[str, Any], KeySet]:
        with self._http() as http:
            where = f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration"
            known = _object(_asked(lambda: http.get(where)))
            if str(known.get("issuer", "")).rstrip("/") != self.provider.issuer.rstrip("/"):
                raise ServiceError(f"the OpenID provider calls itself {str(known.get('issuer'))[:200]!r}")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                _check_endpoint(name, known.get(name))
            keys = _object(_asked(lambda: http.get(known["jwks_uri"])))
        try:
            return known, KeySet.import_key_set({"keys": [key for key in keys["keys"] if key.get("use") != "enc"]})
        except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ServiceError(f"the OpenID provider's keys cannot be read: {error}") from error

    def _http(self) -> httpx.Client:
        verify: Any = self.provider.ca_file or True
        return httpx.Client(timeout=TIMEOUT_S, verify=verify, trust_env=False)

    def _sealed(self, kept: Mapping[str, Any]) -> str:
        body = urlsafe_b64encode(json.dumps(kept).encode())
        return f"{body.decode()}.{hmac.new(self._seal_key, body, hashlib.sha256).hexdigest()}"

    def _unsealed(self, kept: str) -> dict[str, Any]:
        body, _, seal = kept.partition(".")
        whole = hmac.new(self._seal_key, body.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(whole.encode(), seal.encode()):
            raise AuthError("this browser began no login at the OpenID provider; begin again")
        login: dict[str, Any] = json.loads(urlsafe_b64decode(body))
        if login["until"] < time.time():
            raise AuthError("the login took too long; begin again")
        return login


def _asked(ask: Callable[[], httpx.Response]) -> httpx.Response:
    try:
        return ask()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ServiceError(AWAY) from error


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError as error:
        raise ServiceError("the OpenID provider answers something else than JSON") from error
    if not isinstance(said, dict):
        raise ServiceError("the OpenID provider answers something else than an object")
    return said


def _check_endpoint(name: str, address: Any) -> None:
    """ServiceError for an address that would carry a code or a secret in the clear."""
    url = httpx.URL(address) if isinstance(address, str) else httpx.URL("")
    if url.scheme != "https" and not (url.scheme == "http" and url.host in LOOPBACK):
        raise ServiceError(f"the OpenID provider's {name} must begin with https://, got {address!r:.200}")


def _content(file: str) -> str:
    """The content of a file of the settings, without the line's end; "" where none is named."""
    try:
        return Path(file).read_text("utf-8").strip() if file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"oidc: file {file} cannot be read: {error}") from error
