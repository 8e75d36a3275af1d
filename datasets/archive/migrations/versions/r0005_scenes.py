"""What is seen of each view as a whole: containers, what they hold, what the beam did not get through."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "scenes",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("scan_id", sa.String(length=128), nullable=False),
        sa.Column("model_id", sa.String(length=64), nullable=False),
        sa.Column("views", sa.JSON(), nullable=False),
        sa.Column("zones", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.scan_id"]),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_scenes_scan_id"), "scenes", ["scan_id"], unique=False)
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER scenes_no_{verb.lower()} BEFORE {verb} ON scenes "
            f"BEGIN SELECT RAISE(ABORT, 'the archive only appends: no {verb} on scenes'); END"
        )
