"""What can go wrong while the base map is made."""

from __future__ import annotations

from dispatch.errors import Saigon115Error


class BasemapError(Saigon115Error):
    """The base map cannot be made; the message says the way out. The map that stood before still stands."""
