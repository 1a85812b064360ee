"""Tokens and accounts of hospitals."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE tokens ADD COLUMN hospital_id text")
    op.execute("ALTER TABLE accounts ADD COLUMN hospital_id text")


def downgrade() -> None:
    op.execute("ALTER TABLE tokens DROP COLUMN hospital_id")
    op.execute("ALTER TABLE accounts DROP COLUMN hospital_id")
