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
    sa.Column("created_at", sa.String(40), nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False, default=False),
    sa.Column("subject", sa.String(512), nullable=True),
    sa.Index("ix_officers_subject", "subject", unique=True),
)
"""subject: who this is at the OpenID provider, None for an account with a password here."""

officer_roles = sa.Table(
    "officer_roles",
    metadata,
    sa.Column("officer", sa.ForeignKey("officers.name"), primary_key=True),
    sa.Column("role", sa.String(32), primary_key=True),
)

account_changes = sa.Table(
    "account_changes",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("changed_at", sa.String(40), nullable=False),
    sa.Column("changed_by", sa.String(128), nullable=False),
    sa.Column("officer", sa.String(128), nullable=False),
    sa.Column("change", sa.Text, nullable=False),
    sqlite_autoincrement=True,
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
    sa.Column("station_id", sa.ForeignKey("stations.station_id"), nullable=False, index=True),
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
    sa.Column("reason_codes", sa.JSON, nullable=False),
    sa.Column("reading", sa.Integer, nullable=False),
    sa.Column("rule", sa.String(32), nullable=False),
    sa.UniqueConstraint("scan_id", "reading", "supersedes"),
    sqlite_autoincrement=True,
)
"""supersedes: '' for the first decision of a reading, so that the unique constraint holds for it too: one chain per
reading of a scan."""

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
    sa.Column("items", sa.JSON, nullable=False),
    sa.Column("photos", sa.JSON, nullable=False),
    sqlite_autoincrement=True,
)

photos = sa.Table(
    "photos",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("scan_id", sa.ForeignKey("scans.scan_id"), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("media_type", sa.String(32), nullable=False),
    sa.Column("size_bytes", sa.Integer, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("file", sa.String(256), nullable=False),
    sa.Column("added_by", sa.ForeignKey("officers.name"), nullable=False),
    sa.Column("added_at", sa.String(40), nullable=False),
    sa.UniqueConstraint("scan_id", "sha256"),
    sqlite_autoincrement=True,
)

calibrations = sa.Table(
    "calibrations",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("station_id", sa.ForeignKey("stations.station_id"), nullable=False, index=True),
    sa.Column("calibrated_at", sa.String(40), nullable=False),
    sa.Column("told_at", sa.String(40), nullable=False),
    sqlite_autoincrement=True,
)

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("scan_id", sa.ForeignKey("scans.scan_id"), primary_key=True),
    sa.Column("officer", sa.ForeignKey("officers.name"), nullable=False, index=True),
    sa.Column("taken_at", sa.String(40), nullable=False),
    sa.Column("until", sa.String(40), nullable=False, index=True),
)

standing = sa.Table(
    "standing",
    metadata,
    sa.Column("scan_id", sa.ForeignKey("scans.scan_id"), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("station_id", sa.String(128), nullable=False),
    sa.Column("received_at", sa.String(40), nullable=False),
    sa.Column("stage", sa.String(16), nullable=False),
    sa.Column("urgency", sa.Float, nullable=False),
    sa.Column("place", sa.Float, nullable=False),
    sa.Column("kinds", sa.Text, nullable=False),
    sa.Column("tried", sa.Integer, nullable=False),
    sa.Column("readers", sa.Text, nullable=False),
    sa.Index("ix_standing_pending", "tried", "seq", sqlite_where=sa.text("stage = 'received'")),
    sa.Index("ix_standing_open", "place", "seq", sqlite_where=sa.text("stage NOT IN ('decided', 'past')")),
    sa.Index("ix_standing_urgency", "urgency", "seq", "stage"),
)
"""Where each scan stands, derived from the tables that only grow (see `standing.refresh`), so that no list walks all
scans. urgency: risk. place: in the list of what is open, the lowest first. kinds: of the findings, "|firearm|food|".
readers: who gave an opinion, "|lan|bo|"."""

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

scenes = sa.Table(
    "scenes",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("scan_id", sa.ForeignKey("scans.scan_id"), nullable=False, index=True),
    sa.Column("model_id", sa.String(64), nullable=False),
    sa.Column("views", sa.JSON, nullable=False),
    sa.Column("zones", sa.JSON, nullable=False),
    sa.Column("made_at", sa.String(40), nullable=False),
    sqlite_autoincrement=True,
)
