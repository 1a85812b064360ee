"""The database's tables, step by step, for Alembic. `dispatch.database.migrate` runs them."""
