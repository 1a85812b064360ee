"""How a link to share a place stands: when it was made, when its page was opened, when the phone refused."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE location_links
            ADD COLUMN made_at timestamptz NOT NULL DEFAULT now(),
            ADD COLUMN opened_at timestamptz,
            ADD COLUMN denied_at timestamptz
        """
    )
    op.execute("CREATE INDEX location_links_by_call ON location_links (call_id)")


def downgrade() -> None:
    op.execute("DROP INDEX location_links_by_call")
    op.execute("ALTER TABLE location_links DROP COLUMN made_at, DROP COLUMN opened_at, DROP COLUMN denied_at")
