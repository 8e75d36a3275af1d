from pathlib import Path
from typing import Any

import pytest

from cargoscope.errors import SettingsError
from cargoscope.review import Disposition
from cargoscope.settings import Settings
from cargoscope.site import DISPOSITIONS, Site

OIDC = {
    "issuer": "https://login.customs.example",
    "client_id": "cargoscope",
    "public_url": "https://scans.customs.example/",
    "roles": {"chiefs": ["supervisor"]},
}


def test_a_site_that_says_nothing_has_reasons_for_every_disposition() -> None:
    assert tuple(Disposition) == DISPOSITIONS
    for disposition in DISPOSITIONS:
        assert len([one for one in Site.read({}).reasons if disposition in one.dispositions]) >= 3


def test_the_rules_stand_in_a_table_of_the_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "machine.toml"
    file.write_text(
        'port = 8500\n[site]\npicking = "assigned"\nlease_minutes = 5\nsecond_scores = [0.3, 0.6]\n'
        '[[site.reasons]]\ncode = "x_ray"\ntext = "Seen"\ndispositions = ["hold"]\n'
        '[oidc]\nissuer = "https://login.customs.example"\nclient_id = "c"\npublic_url = "https://s.example"\n'
        'roles = { chiefs = ["supervisor"] }\n',
        "utf-8",
    )
    settings = Settings.read(file, {})
    assert (settings.port, settings.site.picking, settings.site.lease_minutes) == (8500, "assigned", 5.0)
    assert [reason.code for reason in settings.site.reasons] == ["x_ray"]
    assert settings.oidc is not None
    assert settings.oidc.callback == "https://s.example/v1/oidc/callback"
    assert settings.oidc.roles == {"chiefs": ("supervisor",)}


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"site": {"pickin": "free"}}, "no rule named pickin"),
        ({"site": {"picking": "never"}}, "picking must be free or assigned"),
        ({"site": {"second_share": 2.0}}, r"second_share must be 0..1, got 2.0"),
        ({"site": {"second_share": "much"}}, "second_share must be float, got 'much'"),
        ({"site": {"second_scores": [0.9, 0.1]}}, "second_scores must be"),
        ({"site": {"codes_required": ["burn"]}}, "a disposition is one of"),
        ({"site": {"codes_required": ["hold"], "reasons": []}}, "hold needs a reason code, and no reason"),
        ({"site": {"reasons": [{"code": "a"}]}}, "a reason has code, text and dispositions"),
        ({"site": "free"}, r"site is a table \[site\]"),
        ({"oidc": OIDC | {"issuer": "http://login.customs.example"}}, "issuer must begin with https://"),
        ({"oidc": OIDC | {"public_url": "x"}}, "public_url must be an address"),
        ({"oidc": {key: OIDC[key] for key in ("issuer", "client_id", "public_url")}}, "roles is missing"),
        ({"oidc": OIDC | {"secret": "x"}}, "no setting named secret"),
        ({"oidc": OIDC | {"scopes": ["profile"]}}, "scopes must hold 'openid'"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(table: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        Settings().changed(table, "the file")


def test_rules_do_not_come_out_of_the_environment() -> None:
    with pytest.raises(SettingsError, match=r"site is a table \[site\] of the settings file"):
        Settings.read(None, {"CARGOSCOPE_SITE": "free"})
