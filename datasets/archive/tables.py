"""The tables of the archive. Times are ISO 8601 in UTC. Triggers (see migrations) let most tables only grow."""

import sqlalchemy as sa

metadata = sa.MetaData()

stations = sa.Table(
    "stations",
    metadata,
    sa.Column("station_id", sa.String(128), primary_key=True),
    sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("created_at", sa.String(40), nullable=False),
)

officers = sa.Table(
    "officers",
    metadata,
    sa.Column("name", sa.String(128), primary_key=True),
    sa.Column("password_hash", sa.String(256), nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("role", sa.String(32), nullable=False),
    sa.Column("created_at", sa.String(40), nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("officer", sa.ForeignKey("officers.name"), nullable=False),
    sa.Column("expires_at", sa.String(40), nullable=False, index=True),
)

scans = sa.Table(
    "scans",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("scan_id", sa.String(128), nullable=False, unique=True),
    sa.Column("sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("station_id", sa.ForeignKey("stations.station_id"), nullable=False),
    sa.Column("taken_at", sa.String(40), nullable=False),
    sa.Column("received_at", sa.String(40), nullable=False),
    sa.Column("file", sa.String(256), nullable=False),
    sa.Column("file_name", sa.String(256), nullable=False),
    sa.Column("size_bytes", sa.Integer, nullable=False),
    sa.Column("views", sa.JSON, nullable=False),
    sqlite_autoincrement=True,
)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("attempt", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("scan_id", sa.ForeignKey("scans.scan_id"), nullable=False, index=True),
    sa.Column("started_at", sa.String(40), nullable=False),
    sqlite_autoincrement=True,
)

analyses = sa.Table(
    "analyses",
    metadata,
    sa.Column("analysis", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("scan_id", sa.ForeignKey("scans.scan_id"), nullable=False, index=True),
    sa.Column("model_id", sa.String(64), nullable=False),
    sa.Column("model_name", sa.String(128), nullable=False),
    sa.Column("provider", sa.String(64), nullable=False),
    sa.Column("classes", sa.JSON, nullable=False),
    sa.Column("findings", sa.JSON, nullable=False),
    sa.Column("score", sa.Float, nullable=True),
    sa.Column("made_at", sa.String(40), nullable=False),
    sa.Column("error", sa.Text, nullable=True),
    sqlite_autoincrement=True,
)

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("decision_id", sa.String(64), nullable=False, unique=True),
    sa.Column("scan_id", sa.ForeignKey("scans.scan_id"), nullable=False, index=True),
    sa.Column("analysis", sa.ForeignKey("analyses.analysis"), nullable=False),
    sa.Column("model_id", sa.String(64), nullable=False),
    sa.Column("officer", sa.ForeignKey("officers.name"), nullable=False),
    sa.Column("verdicts", sa.JSON, nullable=False),
    sa.Column("added", sa.JSON, nullable=False),
    sa.Column("disposition", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("decided_at", sa.String(40), nullable=False),
    sa.Column("dwell_s", sa.Float, nullable=False),
    sa.Column("supersedes", sa.String(64), nullable=False),
    sa.UniqueConstraint("scan_id", "supersedes"),
    sqlite_autoincrement=True,
)
"""supersedes: '' for the first decision, so that the unique constraint holds for it too: one chain per scan."""

outcomes = sa.Table(
    "outcomes",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("scan_id", sa.ForeignKey("scans.scan_id"), nullable=False, index=True),
    sa.Column("opened", sa.Boolean, nullable=False),
    sa.Column("found", sa.JSON, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("recorded_by", sa.ForeignKey("officers.name"), nullable=False),
    sa.Column("recorded_at", sa.String(40), nullable=False),
    sqlite_autoincrement=True,
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sqlite_autoincrement=True,
)

declarations = sa.Table(
    "declarations",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("scan_id", sa.ForeignKey("scans.scan_id"), nullable=False, index=True),
    sa.Column("containers", sa.JSON, nullable=False),
    sa.Column("headings", sa.JSON, nullable=False),
    sa.Column("declared_empty", sa.Boolean, nullable=True),
    sa.Column("made_at", sa.String(40), nullable=False),
    sqlite_autoincrement=True,
)

first_looks = sa.Table(
    "first_looks",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("scan_id", sa.ForeignKey("scans.scan_id"), nullable=False),
    sa.Column("officer", sa.ForeignKey("officers.name"), nullable=False),
    sa.Column("marked", sa.JSON, nullable=False),
    sa.Column("looked_s", sa.Float, nullable=False),
    sa.Column("made_at", sa.String(40), nullable=False),
    sa.UniqueConstraint("scan_id", "officer"),
    sqlite_autoincrement=True,
)

lookups = sa.Table(
    "lookups",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("station_id", sa.ForeignKey("stations.station_id"), nullable=False, index=True),
    sa.Column("lookup", sa.Text, nullable=False),
    sa.Column("made_at", sa.String(40), nullable=False),
    sqlite_autoincrement=True,
)
