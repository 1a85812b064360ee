"""Where things lie when nobody says otherwise."""

from __future__ import annotations

import os
from pathlib import Path


def repo_root() -> Path:
    """The folder that holds `dispatch/`, `data/` and `web/`: a clone, or the image's application folder."""
    return Path(__file__).resolve().parent.parent


def default_state_dir() -> Path:
    """
    `SAIGON115_STATE`; else, as root, /var/lib/saigon115; else `saigon115` in the user's state folder.

    Root's default is no home: PostgreSQL then runs as another user, who has no business there.
    """
    if given := os.environ.get("SAIGON115_STATE"):
        return Path(given).expanduser()
    if os.geteuid() == 0:
        return Path("/var/lib/saigon115")
    state_home = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(state_home).expanduser() / "saigon115"
