"""
The base map: one file of vector tiles (city.pmtiles, zoom 8–15, stretched beyond) that the console draws with no
outside server. Each feature says its own first zoom, so nothing is thinned by chance. © OpenStreetMap contributors.

| layer | shapes | attributes | from zoom |
|---|---|---|---|
| `land` | areas | `kind` = city: the new wards as one. Outside and under it is background | 8 |
| `water` | areas | `kind` river, canal, sea, lake, pond, reservoir, basin, dock, salt_pond; `name` of still water; \
`assumed` = 1 where banks are a guess around a middle line | 8; small ones later |
| `waterway` | lines | `kind` river, canal, stream; `name` | 8, 11, 12–15 |
| `green` | areas | `kind` park, forest, grass, scrub, wetland, cemetery, farmland, golf, pitch | by size |
| `landuse` | areas | `kind` hospital, school, industrial, military, airport, commercial | by size |
| `building` | areas | `kind` (the mapper's word, mostly yes), `name` | 15 |
| `aeroway` | lines, areas | `kind` runway, taxiway, apron, terminal, hangar, helipad; `name` = its number | 10–14 |
| `road` | lines | `class`, `link` 0/1, `name`, `ref`, `oneway` -1/0/1 along the line, `bridge` 0/1, `tunnel` 0/1, \
`layer` -5…5 | by class |
| `ward` | lines | border of the wards since July 2025, drawn once; `name` "A · B"; `sides` 2, or 1 on the \
city's outer border | 10 |
| `place` | points | `kind` city, district (before 2025), town, island, suburb, ward (since 2025), village, quarter, \
neighbourhood, hamlet, locality; `name`; `rank` 1 (first) – 9 | by kind |
| `poi` | points | `kind` hospital, clinic, pharmacy, police, fire, market, mall, supermarket, school, university, \
station, bus_station, ferry, airport, worship, stadium, museum, attraction, townhall, apartments, hotel, fuel, \
post_office, theatre, cinema, park, golf, industrial, cemetery; `name`; `rank` 1 (first) – 8 | 10–15 |
| `housenumber` | points | `number` as written, "123/45/6" | 15 |

`road.class`, with its first zoom (a `link`, a ramp, from 11): motorway 8, trunk 8, primary 8, secondary 10,
tertiary 11, residential 13, service (alleys and yards) 14, path 14, rail 9 (sidings 13), ferry 9. Absent attributes
are absent, never empty.
"""

from dispatch.basemap.build import build_basemap
from dispatch.basemap.errors import BasemapError

__all__ = ["BasemapError", "build_basemap"]
