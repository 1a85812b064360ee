"""Text messages on their way to callers: number and text stand in the personal store, here only their tokens."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE sms (
            key text PRIMARY KEY,
            link_hash bytea NOT NULL UNIQUE REFERENCES location_links ON DELETE CASCADE,
            call_id text NOT NULL,
            number_token text,
            text_token text,
            state text NOT NULL,
            reason text,
            detail text,
            tries integer NOT NULL DEFAULT 0,
            made_at timestamptz NOT NULL DEFAULT now(),
            changed_at timestamptz NOT NULL DEFAULT now(),
            due_at timestamptz NOT NULL DEFAULT now()
        )
        """
    )
    op.execute("CREATE INDEX sms_on_their_way ON sms (due_at) WHERE state IN ('queued', 'sending')")
    op.execute("CREATE INDEX sms_by_time ON sms (made_at)")


def downgrade() -> None:
    op.execute("DROP TABLE sms")
