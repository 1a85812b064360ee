"""Whose personal data an investigation needs: not erased meanwhile. What was held and released stands in the audit."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE TABLE personal_holds (subject text PRIMARY KEY, held_by text NOT NULL, why text NOT NULL, "
        "held_at timestamptz NOT NULL DEFAULT now())"
    )


def downgrade() -> None:
    op.execute("DROP TABLE personal_holds")
