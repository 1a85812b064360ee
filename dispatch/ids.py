"""New names for new things. Random, so it is asked by handlers and handed to decisions."""

from __future__ import annotations

import secrets


def new_id(prefix: str) -> str:
    """Such as `inc-5f0c2a9e41`: short enough to read aloud in need, long enough never to meet again."""
    return f"{prefix}-{secrets.token_hex(5)}"
