"""Calls of one number are also looked for by one of the calls."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX phone_hashes_by_call ON phone_hashes (call_id)")


def downgrade() -> None:
    op.execute("DROP INDEX phone_hashes_by_call")
