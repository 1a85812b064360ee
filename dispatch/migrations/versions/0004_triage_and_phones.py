"""Protocol packages by their hash, fixes of phones that have not called yet, links to share a place."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE protocol_packages (
            hash text PRIMARY KEY,
            files jsonb NOT NULL,
            stored_at timestamptz NOT NULL DEFAULT now()
        )
        """
    )
    op.execute(
        """
        CREATE TABLE pending_fixes (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            hmac bytea NOT NULL,
            fix jsonb NOT NULL,
            received_at timestamptz NOT NULL DEFAULT now()
        )
        """
    )
    op.execute("CREATE INDEX pending_fixes_by_phone ON pending_fixes (hmac)")
    op.execute(
        """
        CREATE TABLE location_links (
            token_hash bytea PRIMARY KEY,
            call_id text NOT NULL,
            expires_at timestamptz NOT NULL,
            used_at timestamptz,
            visits integer NOT NULL DEFAULT 0
        )
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE location_links")
    op.execute("DROP TABLE pending_fixes")
    op.execute("DROP TABLE protocol_packages")
