"""Where things lie on this machine: the checkout, the city pack it carries, and the folder for what we keep."""

import os
from pathlib import Path


def repo_root() -> Path:
    """The checkout this package runs from."""
    return Path(__file__).resolve().parent.parent


def data_dir() -> Path:
    """The city pack: stations, hospitals, wards, the road skeleton."""
    return repo_root() / "data" / "hcmc"


def default_state_dir() -> Path:
    """
    The folder for databases, built cities and fetched extracts; it may not exist yet.

    `SAIGON115_STATE` decides. Otherwise `$XDG_STATE_HOME/saigon115`, but /var/lib/saigon115 for root: run by root, the
    database opens its parent folders for reading, which a home should not be.
    """
    if given := os.environ.get("SAIGON115_STATE"):
        return Path(given).expanduser().resolve()
    if os.geteuid() == 0:
        return Path("/var/lib/saigon115")
    state_home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state_home) / "saigon115"
