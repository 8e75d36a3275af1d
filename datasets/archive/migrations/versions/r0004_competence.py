"""Test images in live work, the case library with its training sessions, teams, and readings of scanners."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

APPEND_ONLY = (
    "projections", "projection_rates", "cases", "training_sessions", "answers", "memberships", "scanner_readings",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "projections",
        _seq(),
        _text("scan_id", 128),
        _text("source_scan_id", 128),
        sa.Column("objects", sa.JSON(), nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        _text("made_at", 40),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.scan_id"]),
        sa.ForeignKeyConstraint(["source_scan_id"], ["scans.scan_id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("scan_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "projection_rates",
        _seq(),
        _text("station_id", 128),
        sa.Column("rate", sa.Float(), nullable=False),
        _text("set_by", 128),
        _text("set_at", 40),
        sa.ForeignKeyConstraint(["station_id"], ["stations.station_id"]),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "cases",
        _seq(),
        _text("case_id", 64),
        _text("sha256", 64),
        _text("file", 256),
        _text("file_name", 256),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        _text("taken_at", 40),
        sa.Column("views", sa.JSON(), nullable=False),
        sa.Column("objects", sa.JSON(), nullable=False),
        _text("level", 16),
        _text("origin", 16),
        _text("model_id", 64),
        _text("model_name", 128),
        _text("provider", 64),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        _text("added_at", 40),
        _text("added_by", 128),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("case_id"),
        sa.UniqueConstraint("sha256"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "training_sessions",
        _seq(),
        _text("session_id", 64),
        _text("officer", 128),
        _text("purpose", 16),
        _text("level", 16),
        sa.Column("cases", sa.JSON(), nullable=False),
        _text("started_at", 40),
        sa.ForeignKeyConstraint(["officer"], ["officers.name"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("session_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "answers",
        _seq(),
        _text("session_id", 64),
        _text("case_id", 64),
        sa.Column("verdicts", sa.JSON(), nullable=False),
        sa.Column("added", sa.JSON(), nullable=False),
        _text("disposition", 16),
        sa.Column("reason", sa.Text(), nullable=False),
        _text("answered_at", 40),
        sa.Column("dwell_s", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["training_sessions.session_id"]),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("session_id", "case_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "memberships",
        _seq(),
        _text("officer", 128),
        _text("team", 64),
        _text("set_by", 128),
        _text("set_at", 40),
        sa.ForeignKeyConstraint(["officer"], ["officers.name"]),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "scanner_readings",
        _text("scan_id", 128),
        sa.Column("air", sa.Float(), nullable=True),
        sa.Column("noise", sa.Float(), nullable=True),
        _text("made_at", 40),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.scan_id"]),
        sa.PrimaryKeyConstraint("scan_id"),
    )
    for table, column in (
        ("projection_rates", "station_id"),
        ("training_sessions", "officer"),
        ("answers", "case_id"),
        ("memberships", "officer"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'the archive only appends: no {verb} on {table}'); END"
            )


def _seq() -> sa.Column[int]:
    return sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)
