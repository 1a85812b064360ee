"""The log of facts, what commands answered, who may enter, personal data apart, and the ways units went."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

FACTS = """
CREATE TABLE events (
    seq            bigint PRIMARY KEY,
    stream         text NOT NULL,
    version        integer NOT NULL CHECK (version > 0),
    type           text NOT NULL,
    schema_version integer NOT NULL DEFAULT 1,
    data           jsonb NOT NULL,
    actor          text NOT NULL,
    at             timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL,
    prev_hash      bytea NOT NULL,
    hash           bytea NOT NULL,
    UNIQUE (stream, version)
);
CREATE INDEX events_of_incident ON events ((data->>'incident_id'), seq);
CREATE TABLE commands (
    actor     text NOT NULL,
    key       text NOT NULL,
    body_hash bytea NOT NULL,
    status    integer NOT NULL,
    answer    jsonb,
    seq       bigint NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (actor, key)
);
"""

ACCESS = """
CREATE TABLE accounts (
    username      text PRIMARY KEY,
    password_hash text NOT NULL,
    roles         text[] NOT NULL,
    disabled_at   timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE sessions (
    hash       bytea PRIMARY KEY,
    username   text NOT NULL REFERENCES accounts ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_of_account ON sessions (username);
CREATE TABLE tokens (
    id           text PRIMARY KEY,
    hash         bytea NOT NULL UNIQUE,
    role         text NOT NULL,
    unit_id      text,
    station_id   text,
    label        text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    revoked_at   timestamptz,
    last_used_at timestamptz
);
CREATE TABLE audit (
    at     timestamptz NOT NULL DEFAULT now(),
    actor  text NOT NULL,
    action text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_by_time ON audit (at);
"""

PERSONAL = """
CREATE TABLE personal_keys (
    subject     text PRIMARY KEY,
    wrapped_key bytea,
    erased_at   timestamptz,
    CHECK ((wrapped_key IS NULL) = (erased_at IS NOT NULL))
);
CREATE TABLE personal (
    token      text PRIMARY KEY,
    subject    text NOT NULL REFERENCES personal_keys,
    kind       text NOT NULL,
    nonce      bytea NOT NULL,
    ciphertext bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX personal_of_subject ON personal (subject);
CREATE TABLE personal_reads (
    token text NOT NULL,
    actor text NOT NULL,
    at    timestamptz NOT NULL DEFAULT now(),
    why   text NOT NULL
);
CREATE INDEX personal_reads_by_token ON personal_reads (token);
CREATE TABLE phone_hashes (
    hmac    bytea NOT NULL,
    call_id text NOT NULL,
    at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX phone_hashes_by_phone ON phone_hashes (hmac, at);
"""

BREADCRUMBS = """
CREATE TABLE breadcrumbs (
    unit_id     text NOT NULL,
    at          timestamptz NOT NULL,
    lon         double precision NOT NULL,
    lat         double precision NOT NULL,
    speed_kph   real,
    heading_deg real,
    received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX breadcrumbs_of_unit ON breadcrumbs (unit_id, at);
"""

FOR_EVER = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: what is recorded stays as it is', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'Append a correcting record instead.';
END
$$;
"""
KEPT_FOR_EVER = ("events", "audit", "personal_reads")


def upgrade() -> None:
    for statements in (FACTS, ACCESS, PERSONAL, BREADCRUMBS, FOR_EVER):
        op.execute(statements)
    for table in KEPT_FOR_EVER:
        op.execute(
            f"CREATE TRIGGER {table}_stay BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_stay_all BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    raise NotImplementedError("facts are not unmade; restore a backup instead")
