"""Several roles per account, leases of scans, where each scan stands, second readings, outcomes with photographs."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

APPEND_ONLY = ("account_changes", "calibrations", "decisions", "photos")


def upgrade() -> None:
    _accounts()
    _decisions()
    _outcomes()
    _scanners()
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'the archive only appends: no {verb} on {table}'); END"
            )
    _standing()
    op.create_table(
        "leases",
        sa.Column("scan_id", sa.String(length=128), nullable=False),
        sa.Column("officer", sa.String(length=128), nullable=False),
        sa.Column("taken_at", sa.String(length=40), nullable=False),
        sa.Column("until", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.scan_id"]),
        sa.ForeignKeyConstraint(["officer"], ["officers.name"]),
        sa.PrimaryKeyConstraint("scan_id"),
    )
    op.create_index(op.f("ix_leases_officer"), "leases", ["officer"], unique=False)
    op.create_index(op.f("ix_leases_until"), "leases", ["until"], unique=False)


def _accounts() -> None:
    """Who had an account looked at scans: everybody becomes an officer, administrators stay what they were too."""
    op.create_table(
        "officer_roles",
        sa.Column("officer", sa.String(length=128), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["officer"], ["officers.name"]),
        sa.PrimaryKeyConstraint("officer", "role"),
    )
    op.execute("INSERT INTO officer_roles (officer, role) SELECT name, 'officer' FROM officers")
    op.execute("INSERT INTO officer_roles (officer, role) SELECT name, role FROM officers WHERE role = 'administrator'")
    op.execute("ALTER TABLE officers DROP COLUMN role")
    op.execute("ALTER TABLE officers ADD COLUMN disabled BOOLEAN NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE officers ADD COLUMN subject VARCHAR(512)")
    op.create_index("ix_officers_subject", "officers", ["subject"], unique=True)
    op.create_table(
        "account_changes",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("changed_at", sa.String(length=40), nullable=False),
        sa.Column("changed_by", sa.String(length=128), nullable=False),
        sa.Column("officer", sa.String(length=128), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )


def _decisions() -> None:
    """The table anew, because SQLite cannot change a unique constraint: one chain of corrections per reading."""
    op.create_table(
        "decisions_anew",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("decision_id", sa.String(length=64), nullable=False),
        sa.Column("scan_id", sa.String(length=128), nullable=False),
        sa.Column("analysis", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.String(length=64), nullable=False),
        sa.Column("officer", sa.String(length=128), nullable=False),
        sa.Column("verdicts", sa.JSON(), nullable=False),
        sa.Column("added", sa.JSON(), nullable=False),
        sa.Column("disposition", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.String(length=40), nullable=False),
        sa.Column("dwell_s", sa.Float(), nullable=False),
        sa.Column("supersedes", sa.String(length=64), nullable=False),
        sa.Column("reason_codes", sa.JSON(), nullable=False),
        sa.Column("reading", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["analysis"], ["analyses.analysis"]),
        sa.ForeignKeyConstraint(["officer"], ["officers.name"]),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.scan_id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("decision_id"),
        sa.UniqueConstraint("scan_id", "reading", "supersedes"),
        sqlite_autoincrement=True,
    )
    columns = (
        "seq, decision_id, scan_id, analysis, model_id, officer, verdicts, added, disposition, reason, decided_at, "
        "dwell_s, supersedes"
    )
    op.execute(
        f"INSERT INTO decisions_anew ({columns}, reason_codes, reading, rule) "
        f"SELECT {columns}, '[]', 1, '' FROM decisions ORDER BY seq"
    )
    op.drop_table("decisions")
    op.rename_table("decisions_anew", "decisions")
    op.create_index(op.f("ix_decisions_scan_id"), "decisions", ["scan_id"], unique=False)


def _outcomes() -> None:
    op.execute("ALTER TABLE outcomes ADD COLUMN items JSON NOT NULL DEFAULT '[]'")
    op.execute("ALTER TABLE outcomes ADD COLUMN photos JSON NOT NULL DEFAULT '[]'")
    op.create_table(
        "photos",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("scan_id", sa.String(length=128), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=256), nullable=False),
        sa.Column("added_by", sa.String(length=128), nullable=False),
        sa.Column("added_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.scan_id"]),
        sa.ForeignKeyConstraint(["added_by"], ["officers.name"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("scan_id", "sha256"),
        sqlite_autoincrement=True,
    )


def _scanners() -> None:
    op.create_table(
        "calibrations",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("station_id", sa.String(length=128), nullable=False),
        sa.Column("calibrated_at", sa.String(length=40), nullable=False),
        sa.Column("told_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["stations.station_id"]),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_calibrations_station_id"), "calibrations", ["station_id"], unique=False)
    op.create_index(op.f("ix_scans_station_id"), "scans", ["station_id"], unique=False)


def _standing() -> None:
    """Where each scan stands: told by the tables that only grow, kept beside them so that no list walks all scans."""
    op.create_table(
        "standing",
        sa.Column("scan_id", sa.String(length=128), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.String(length=128), nullable=False),
        sa.Column("received_at", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("urgency", sa.Float(), nullable=False),
        sa.Column("place", sa.Float(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("readers", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.scan_id"]),
        sa.PrimaryKeyConstraint("scan_id"),
    )
    latest = "SELECT max(a.analysis) FROM analyses a WHERE a.scan_id = s.scan_id"
    kinds = (
        "SELECT '|' || group_concat(kind, '|') || '|' FROM (SELECT DISTINCT json_extract(value, '$.kind') AS kind "
        "FROM json_each(m.findings) ORDER BY 1)"
    )
    urgency = "(CASE WHEN m.error IS NOT NULL THEN 2.0 WHEN m.score IS NOT NULL THEN m.score ELSE -1.0 END)"
    op.execute(
        "INSERT INTO standing (scan_id, seq, station_id, received_at, stage, urgency, place, kinds, tried, readers) "
        "SELECT s.scan_id, s.seq, s.station_id, s.received_at, "
        "CASE WHEN d.officer IS NOT NULL THEN 'decided' WHEN m.analysis IS NULL THEN 'received' "
        "WHEN m.error IS NOT NULL THEN 'failed' ELSE 'analysed' END, "
        f"{urgency}, -{urgency}, coalesce(({kinds}), ''), "
        "(SELECT count(*) FROM attempts t WHERE t.scan_id = s.scan_id), coalesce('|' || d.officer || '|', '') "
        f"FROM scans s LEFT JOIN analyses m ON m.analysis = ({latest}) "
        "LEFT JOIN decisions d ON d.seq = (SELECT max(e.seq) FROM decisions e WHERE e.scan_id = s.scan_id)"
    )
    op.execute("CREATE INDEX ix_standing_pending ON standing (tried, seq) WHERE stage = 'received'")
    op.execute("CREATE INDEX ix_standing_open ON standing (place, seq) WHERE stage NOT IN ('decided', 'past')")
    op.execute("CREATE INDEX ix_standing_urgency ON standing (urgency, seq, stage)")
