"""
`saigon115 city build | info | fetch`, `saigon115 matrix`, `saigon115 route` and `saigon115 reach`.

Whatever cannot be done ends with one sentence on standard error and exit code 2.
"""

import functools
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, ParamSpec, TypeVar
from urllib.parse import urlsplit

import msgspec
import typer

from dispatch.city.build import Builder, CityInfo, build_city, default_city_dir, load_city, open_city
from dispatch.city.fetch import fetch_extract
from dispatch.city.overlays import describe_overlay
from dispatch.city.overpass import fetch_overpass
from dispatch.city.points_csv import CsvError, PointTable, read_points, write_matrix
from dispatch.city.progress import shown_progress
from dispatch.city.source import extracts_dir, find_source
from dispatch.errors import Saigon115Error
from dispatch.routes.ask import ask_reach, ask_route, read_minutes, read_point
from routing.crop import crop_extract
from routing.errors import RoutingError
from routing.hours import LOCAL, hour_of_week
from routing.points import PointKind
from routing.profiles import Profile, find_profile
from routing.travel_times import TravelTimes

P = ParamSpec("P")
T = TypeVar("T")

# West, south, east, north of the 168 wards, with a margin: the mainland, and Côn Đảo.
MAINLAND: Final = (106.05, 10.28, 107.62, 11.54)
CON_DAO: Final = (106.48, 8.55, 106.80, 8.82)
# An extract larger than this is of more than the city, and is cropped (guess).
_CITY_BYTES: Final = 60_000_000
# What need not be said of a point.
_PLAIN: Final = (PointKind.ON_ROAD, PointKind.NOT_FOR_PROFILE)
# So many points of a file are told of one by one.
_TOLD: Final = 50


class Overlay(StrEnum):
    """Whether newer roads are laid over the extract."""

    AUTO = "auto"
    NONE = "none"


CityOption = Annotated[
    Path | None, typer.Option("--city", help="A built city; default: the one in use, built if absent.")
]
ProfileOption = Annotated[str, typer.Option(help="car, ambulance, motorbike, or a profile's TOML file.")]
AtOption = Annotated[
    str | None, typer.Option(help="Time of departure, RFC 3339, local without a zone; without it empty streets.")
]
OsmOption = Annotated[Path | None, typer.Option("--osm", help="A map extract (.osm.pbf or .osm).")]


def clear_errors(command: Callable[P, T]) -> Callable[P, T]:
    """Let a command end with a sentence and exit code 2 instead of a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except (RoutingError, Saigon115Error) as error:
            message = str(error)
        except OSError as error:
            message = f"{error.filename or 'a file'} cannot be used: {error.strerror or error}"
        typer.echo(f"saigon115: {message}", err=True)
        raise typer.Exit(2)

    return run


def make_city_app(builders: Sequence[Builder] = ()) -> typer.Typer:
    """The `city` commands; `builders` add their parts (gazetteer, base map) to every city built."""
    app = typer.Typer(
        no_args_is_help=True, help="The city the system runs on: build it, look at it, fetch a newer map."
    )

    @app.command("build")
    @clear_errors
    def build(
        osm: OsmOption = None,
        overlay: Annotated[Overlay, typer.Option(help="auto: newer roads where such files are found.")] = Overlay.AUTO,
        out: Annotated[Path | None, typer.Option(help="Directory to build into.")] = None,
    ) -> None:
        """Build the city from a map extract, or from the skeleton when there is none."""
        source = find_source(osm, with_overlay=overlay == Overlay.AUTO)
        out_dir = out or default_city_dir(source)
        with shown_progress() as progress:
            city = build_city(source, out_dir, progress, builders)
        _tell(city)

    @app.command("info")
    @clear_errors
    def info(
        as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False, city: CityOption = None
    ) -> None:
        """Say what the city in use was built from."""
        found = load_city(city or _built(builders))
        if as_json:
            typer.echo(json.dumps(found.to_json(), ensure_ascii=False))
        else:
            _tell(found)

    app.command("fetch")(clear_errors(fetch))
    return app


def fetch(
    url: Annotated[str | None, typer.Option(help="A .osm.pbf (Geofabrik, BBBike …); without it: Overpass.")] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; default: where 'city build' finds it.")] = None,
    sha256: Annotated[str | None, typer.Option(help="What the file's checksum must be.")] = None,
    whole: Annotated[bool, typer.Option("--whole", help="Keep all of a file that covers more than the city.")] = False,
) -> None:
    """Download a current map extract; run it again to go on after a lost connection."""
    if url is None:
        day = datetime.now().astimezone().date().isoformat()
        path = fetch_overpass(MAINLAND, out or extracts_dir() / f"hcmc-roads-{day}.osm")
    else:
        name = Path(urlsplit(url).path).name or "extract"
        name = name if name.endswith((".osm.pbf", ".osm")) else f"{name}.osm.pbf"
        with shown_progress() as progress:
            path = fetch_extract(url, out or extracts_dir() / name, progress, sha256=sha256)
            if path.stat().st_size > _CITY_BYTES and not whole:
                progress("cropping to the city", 0.0)
                _crop(path)
    typer.echo(f"{path}\nbuild the city from it: saigon115 city build --osm {path}")


def _crop(extract: Path) -> None:
    """Keep the city's part of an extract; all of it when the city is not in it."""
    part = extract.with_name(f".{extract.name.removesuffix('.osm.pbf')}.crop.osm.pbf")
    part.unlink(missing_ok=True)
    try:
        if crop_extract(extract, part, (MAINLAND, CON_DAO)):
            part.replace(extract)
    finally:
        part.unlink(missing_ok=True)


@clear_errors
def matrix(
    origins: Annotated[Path, typer.Option(help="CSV: id,lat,lon.")],
    out: Annotated[Path, typer.Option(help="CSV to write: origin,destination,time_s,distance_m.")],
    destinations: Annotated[Path | None, typer.Option(help="CSV: id,lat,lon; default: the origins.")] = None,
    profile: ProfileOption = "ambulance",
    at: AtOption = None,
    city: CityOption = None,
) -> None:
    """Travel times and distances between all origins and all destinations."""
    vehicle, moment = find_profile(profile), _read_time(at)
    start = read_points(origins)
    end = read_points(destinations) if destinations is not None else start
    times = _travel_times(city, vehicle)
    result = times.matrix(start.points, end.points, vehicle.name, moment, on_bad="nan")
    write_matrix(out, start.ids, end.ids, result)
    _tell_points([start] if end is start else [start, end], times, vehicle.name)
    if result.estimated.any():
        typer.echo(
            f"{int(result.estimated.sum())} of {result.estimated.size} journeys start or end off our roads", err=True
        )


def _tell_points(tables: Sequence[PointTable], times: TravelTimes, profile: str) -> None:
    """Say on standard error which points were left out, and what was assumed of those off the roads."""
    for table in tables:
        notes = times.explain_points(table.points, profile)
        told = [
            f"{table.where(row)}: {table.problems.get(row, note.text())}"
            for row, note in enumerate(notes)
            if row in table.problems or note.kind not in _PLAIN
        ]
        for line in told[:_TOLD]:
            typer.echo(line, err=True)
        if len(told) > _TOLD:
            typer.echo(f"{table.path}: and {len(told) - _TOLD} more such points", err=True)


@clear_errors
def route(
    origin: Annotated[str, typer.Argument(metavar="LON,LAT")],
    destination: Annotated[str, typer.Argument(metavar="LON,LAT")],
    profile: ProfileOption = "ambulance",
    at: AtOption = None,
    city: CityOption = None,
) -> None:
    """The fastest way as a GeoJSON feature: a LineString with time_s, low_s, high_s, distance_m and steps."""
    vehicle, moment = find_profile(profile), _read_time(at)
    here, there = read_point(origin), read_point(destination)
    answer = ask_route(_travel_times(city, vehicle), here, there, vehicle.name, moment)
    typer.echo(msgspec.json.encode(answer))


@clear_errors
def reach(
    place: Annotated[str, typer.Argument(metavar="LON,LAT")],
    minutes: Annotated[str, typer.Option(help="1 to 60 each, at most six.")] = "5,10,15",
    profile: ProfileOption = "ambulance",
    at: AtOption = None,
    to: Annotated[bool, typer.Option("--to", help="Who gets here in time, instead of where one gets.")] = False,
    city: CityOption = None,
) -> None:
    """The ground reached within some minutes, as a GeoJSON feature collection."""
    vehicle, moment = find_profile(profile), _read_time(at)
    here, limits = read_point(place), read_minutes(minutes)
    answer = ask_reach(_travel_times(city, vehicle), here, limits, vehicle.name, moment, to=to)
    typer.echo(msgspec.json.encode(answer))


def _built(builders: Sequence[Builder] = ()) -> Path:
    with shown_progress() as progress:
        return open_city(progress=progress, builders=builders)


def _travel_times(city: Path | None, profile: Profile) -> TravelTimes:
    """One profile is all that a command needs; a city given by name is checked as whole as the one in use."""
    directory = load_city(city).directory if city is not None else _built()
    return TravelTimes.load(directory, {profile.name: profile})


def _tell(city: CityInfo) -> None:
    facts = city.manifest
    typer.echo(f"{city.directory}\nsource  {facts['source']}, data of {facts['date'] or 'unknown date'}")
    for name, counts in facts["profiles"].items():
        typer.echo(f"{name:<10}{counts['nodes']:>8} junctions {counts['arcs']:>8} arcs")
    for line in describe_overlay(facts["overlay"], facts["source_kind"]):
        typer.echo(line)
    typer.echo(facts["attribution"])


def _read_time(at: str | None) -> datetime | None:
    """A time without a zone is the city's own."""
    if at is None:
        return None
    try:
        moment = datetime.fromisoformat(at)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone(LOCAL))
        hour_of_week(moment)
    except ValueError:
        raise CsvError(f"--at {at!r} is no time; write it as 2026-11-22T07:30:00+07:00") from None
    return moment


city_app = make_city_app()
