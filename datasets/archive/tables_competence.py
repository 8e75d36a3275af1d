"""Tables about people's competence: test images in live work, the case library, training sessions, teams, readings."""

import sqlalchemy as sa

from cargoscope.datasets.archive.tables import metadata

projections = sa.Table(
    "projections",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("scan_id", sa.ForeignKey("scans.scan_id"), nullable=False, unique=True),
    sa.Column("source_scan_id", sa.ForeignKey("scans.scan_id"), nullable=False),
    sa.Column("objects", sa.JSON, nullable=False),
    sa.Column("rate", sa.Float, nullable=False),
    sa.Column("made_at", sa.String(40), nullable=False),
    sqlite_autoincrement=True,
)
"""Scans that are test images. objects: what was put in; empty where the scan is a copy as it was."""

projection_rates = sa.Table(
    "projection_rates",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("station_id", sa.ForeignKey("stations.station_id"), nullable=False, index=True),
    sa.Column("rate", sa.Float, nullable=False),
    sa.Column("set_by", sa.String(128), nullable=False),
    sa.Column("set_at", sa.String(40), nullable=False),
    sqlite_autoincrement=True,
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("case_id", sa.String(64), nullable=False, unique=True),
    sa.Column("sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("file", sa.String(256), nullable=False),
    sa.Column("file_name", sa.String(256), nullable=False),
    sa.Column("size_bytes", sa.Integer, nullable=False),
    sa.Column("taken_at", sa.String(40), nullable=False),
    sa.Column("views", sa.JSON, nullable=False),
    sa.Column("objects", sa.JSON, nullable=False),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("origin", sa.String(16), nullable=False),
    sa.Column("model_id", sa.String(64), nullable=False),
    sa.Column("model_name", sa.String(128), nullable=False),
    sa.Column("provider", sa.String(64), nullable=False),
    sa.Column("classes", sa.JSON, nullable=False),
    sa.Column("findings", sa.JSON, nullable=False),
    sa.Column("score", sa.Float, nullable=True),
    sa.Column("added_at", sa.String(40), nullable=False),
    sa.Column("added_by", sa.String(128), nullable=False),
    sqlite_autoincrement=True,
)
"""The case library. It has files of its own: no case is ever a row of `scans`."""

training_sessions = sa.Table(
    "training_sessions",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("session_id", sa.String(64), nullable=False, unique=True),
    sa.Column("officer", sa.ForeignKey("officers.name"), nullable=False, index=True),
    sa.Column("purpose", sa.String(16), nullable=False),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("cases", sa.JSON, nullable=False),
    sa.Column("started_at", sa.String(40), nullable=False),
    sqlite_autoincrement=True,
)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("session_id", sa.ForeignKey("training_sessions.session_id"), nullable=False),
    sa.Column("case_id", sa.ForeignKey("cases.case_id"), nullable=False, index=True),
    sa.Column("verdicts", sa.JSON, nullable=False),
    sa.Column("added", sa.JSON, nullable=False),
    sa.Column("disposition", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("answered_at", sa.String(40), nullable=False),
    sa.Column("dwell_s", sa.Float, nullable=False),
    sa.UniqueConstraint("session_id", "case_id"),
    sqlite_autoincrement=True,
)

memberships = sa.Table(
    "memberships",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("officer", sa.ForeignKey("officers.name"), nullable=False, index=True),
    sa.Column("team", sa.String(64), nullable=False),
    sa.Column("set_by", sa.String(128), nullable=False),
    sa.Column("set_at", sa.String(40), nullable=False),
    sqlite_autoincrement=True,
)

scanner_readings = sa.Table(
    "scanner_readings",
    metadata,
    sa.Column("scan_id", sa.ForeignKey("scans.scan_id"), primary_key=True),
    sa.Column("air", sa.Float, nullable=True),
    sa.Column("noise", sa.Float, nullable=True),
    sa.Column("made_at", sa.String(40), nullable=False),
)
"""What a scan says about its scanner. air: level of the open beam, noise: of one pixel there, as shares of what the
scanner calls open beam; null where the scan shows no air."""
