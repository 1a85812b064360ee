"""Events are also looked for by their day."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX events_by_time ON events USING brin (recorded_at)")


def downgrade() -> None:
    op.execute("DROP INDEX events_by_time")
