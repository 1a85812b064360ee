"""The base map: vector tiles of the city that the console draws, with no outside server."""

from dispatch.basemap.build import build_basemap
from dispatch.basemap.errors import BasemapError

__all__ = ["BasemapError", "build_basemap"]
