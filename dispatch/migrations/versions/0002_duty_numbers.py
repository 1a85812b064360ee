"""Numbers that people say aloud: one count for each duty day."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE duty_numbers (day date PRIMARY KEY, count integer NOT NULL)")


def downgrade() -> None:
    op.execute("DROP TABLE duty_numbers")
