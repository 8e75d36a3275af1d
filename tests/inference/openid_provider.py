"""A real OpenID provider (Canaille, MIT) on loopback, in a process of its own.

Arguments of `python -m tests.inference.openid_provider`: port, address of the callback. Its people log in with
their name and PASSWORD.
"""

import datetime
import os
import socket
import subprocess
import sys
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.simple_server import make_server

PASSWORD = "a password over there"
CLIENT_ID = "cargoscope"
CLIENT_SECRET = "a-secret-of-two-parties"
PEOPLE = {"lan": ("customs-officers", "customs-chiefs"), "bo": ("customs-officers",), "mai": ("canteen",)}
"""name -> groups."""


@contextmanager
def provider(callback: str) -> Iterator[str]:
    """The provider in a process of its own, until the block ends; its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "tests.inference.openid_provider", str(port), callback]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n", "the provider did not start"
            yield f"http://localhost:{port}"
        finally:
            process.kill()


def main(port: int, callback: str) -> None:
    """Serve until the process is ended; prints a line once it answers."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    from canaille import create_app
    from canaille.app import models
    from canaille.backends import Backend
    from joserfc.jwk import JWKRegistry

    key = JWKRegistry.generate_key("RSA", 2048)
    key.ensure_kid()
    app = create_app(
        {
            "TESTING": True,
            "SECRET_KEY": str(uuid.uuid4()),
            "WTF_CSRF_ENABLED": False,
            "PREFERRED_URL_SCHEME": "http",
            "SERVER_NAME": f"localhost:{port}",
            "CANAILLE": {
                "DATABASE": "memory",
                "JAVASCRIPT": False,
                "ACL": {"DEFAULT": {"PERMISSIONS": ["use_oidc"]}},
                "LOGGING": {"version": 1, "disable_existing_loggers": False},
            },
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [key.as_dict(private=True)]},
        }
    )
    with app.app_context():
        users = {}
        for name in PEOPLE:
            users[name] = models.User(
                user_name=name,
                family_name=name,
                formatted_name=name,
                emails=[f"{name}@example.org"],
                password=PASSWORD,
            )
            Backend.instance.save(users[name])
        for group in {group for groups in PEOPLE.values() for group in groups}:
            members = [users[name] for name, groups in PEOPLE.items() if group in groups]
            Backend.instance.save(models.Group(display_name=group, members=members))
        client = models.Client(
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            client_name="Cargoscope",
            client_uri=callback,
            client_id_issued_at=datetime.datetime.now(datetime.UTC),
            redirect_uris=[callback],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid", "profile", "groups"],
            token_endpoint_auth_method="client_secret_basic",
        )
        Backend.instance.save(client)
        client.audience = [client]
        Backend.instance.save(client)
    with make_server("localhost", port, app) as server:
        print("ready", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(int(sys.argv[1]), sys.argv[2])
