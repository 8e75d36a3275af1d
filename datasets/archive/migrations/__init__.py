"""Alembic's scripts: one per change of the archive's tables."""
