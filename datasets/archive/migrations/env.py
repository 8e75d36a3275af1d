"""Alembic runs this file. The connection comes from `cargoscope.datasets.archive.database.migrate`."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
