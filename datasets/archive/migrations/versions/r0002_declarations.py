"""What stations declare of scans and of themselves, and what officers marked before they saw the model's regions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

APPEND_ONLY = ("declarations", "first_looks", "lookups")


def upgrade() -> None:
    op.create_table(
        "declarations",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("scan_id", sa.String(length=128), nullable=False),
        sa.Column("containers", sa.JSON(), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("declared_empty", sa.Boolean(), nullable=True),
        sa.Column("made_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.scan_id"]),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_declarations_scan_id"), "declarations", ["scan_id"], unique=False)
    op.create_table(
        "first_looks",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("scan_id", sa.String(length=128), nullable=False),
        sa.Column("officer", sa.String(length=128), nullable=False),
        sa.Column("marked", sa.JSON(), nullable=False),
        sa.Column("looked_s", sa.Float(), nullable=False),
        sa.Column("made_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["officer"], ["officers.name"]),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.scan_id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("scan_id", "officer"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "lookups",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("station_id", sa.String(length=128), nullable=False),
        sa.Column("lookup", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["stations.station_id"]),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_lookups_station_id"), "lookups", ["station_id"], unique=False)
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'the archive only appends: no {verb} on {table}'); END"
            )
