"""Ours beside OSRM and Valhalla, all built from one extract: do they agree, and who is faster. See README.md."""
