"""
Download roads from OpenStreetMap's Overpass service, through OSMnx.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from dispatch.city.fetch import FetchError
from routing.osm import check_extract

# Tags that decide who may drive where, besides those OSMnx keeps by itself.
_WAY_TAGS: Final = ("motor_vehicle", "motorcar", "motorcycle", "vehicle", "oneway:motorcycle", "route")


def fetch_overpass(bbox: tuple[float, float, float, float], out: Path) -> Path:
    """
    Roads and ferries within a box (west, south, east, north) as OSM XML (`.osm`).

    By OSMnx, with its settings (server, pauses, time-outs). Roads only: no house numbers, no named places, no turn
    restrictions. Large boxes are cut in parts by OSMnx and take minutes; it cannot resume.
    """
    import osmnx  # half a second and 100 MB, needed only here

    part = out.with_name(f".{out.stem}.part.osm")
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _osmnx_settings(osmnx.settings):
            graph = osmnx.graph_from_bbox(
                bbox,
                simplify=False,
                retain_all=True,
                truncate_by_edge=True,
                custom_filter=['["highway"]', '["route"="ferry"]'],
            )
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # pandas' deprecations, for OSMnx to heed
                osmnx.save_graph_xml(graph, part)
        check_extract(part, out.name)
        part.replace(out)
    except (OSError, ValueError) as error:  # requests' and OSMnx's errors are among these
        raise FetchError(
            f"Overpass gave no roads for {bbox} ({error}); try later, or fetch a pbf with --url"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return out


@contextmanager
def _osmnx_settings(settings: Any) -> Iterator[None]:
    """What `Roads` needs of OSMnx, set back afterwards."""
    wanted = {
        "all_oneway": True,
        "use_cache": False,
        "useful_tags_way": [*settings.useful_tags_way, *_WAY_TAGS],
        "useful_tags_node": [*settings.useful_tags_node, "barrier"],
    }
    before = {name: getattr(settings, name) for name in wanted}
    try:
        for name, value in wanted.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)
