"""`saigon115 geocode`: one query as a table or JSON, or a file of queries."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from dispatch.domain.place import Place
from dispatch.errors import Malformed, StartError
from dispatch.geocoding.search import Geocoder

COLUMNS = ("query", "lat", "lon", "radius_m", "confidence", "kind", "label")


def geocode(
    query: Annotated[str | None, typer.Argument(help="The caller's words.")] = None,
    batch: Annotated[Path | None, typer.Option(help="CSV with a column `query`.")] = None,
    out: Annotated[Path | None, typer.Option(help="CSV to write, one row a query in order.")] = None,
    city: Annotated[Path | None, typer.Option("--city", help="A built city; default: the one in use.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=50, help="Places to show for one query.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON array.")] = False,
    learn: Annotated[bool, typer.Option("--learn", help="Learn house numbers from the log of this desk.")] = False,
) -> None:
    """Find places from words: streets, crossings, houses, alleys, markets, hospitals, wards."""
    if learn and query is None and batch is None and out is None:
        learn_numbers()
    elif batch is not None and out is not None and query is None:
        queries = read_queries(batch)
        found = write_answers(out, queries, open_geocoder(city))
        typer.echo(f"{found} of {len(queries)} queries found, written to {out}", err=True)
    elif query is not None and batch is None and out is None:
        places = open_geocoder(city).search(query, limit=limit)
        typer.echo(msgspec.json.encode(places).decode()) if as_json else _show(places)
    else:
        raise Malformed("geocode takes either QUERY, or --batch IN.csv with --out OUT.csv, or --learn")


def learn_numbers() -> None:
    """Write the table of numbers that settled addresses and the units' fixes teach; the next build reads it."""
    from dispatch.geocoding.learned import learn, learned_path, write_learned
    from dispatch.geocoding.learned_log import read_visits

    visits = read_visits()
    found = learn(visits)
    write_learned(found.rows, learned_path())
    typer.echo(f"{len(visits)} settled addresses were reached; {len(found.rows)} numbers written to {learned_path()}")
    for line in found.disagree:
        typer.echo(f"not learnt: {line}")
    typer.echo("build the city again to use them: 'saigon115 city build'")


def open_geocoder(city: Path | None) -> Geocoder:
    """The geocoder of a built city, which is built first if it is absent."""
    from dispatch.city.build import open_city
    from dispatch.city_builders import BUILDERS
    from dispatch.city_pack import load_city_pack
    from routing.errors import RoutingError

    try:
        folder = city if city is not None else open_city(builders=BUILDERS)
    except RoutingError as error:
        raise StartError(str(error)) from error
    pack = load_city_pack()

    def ward_at(lon: float, lat: float) -> str | None:
        ward = pack.ward_at(lon, lat)
        return ward.name if ward is not None else None

    try:
        return Geocoder.load(folder / "gazetteer", ward_at)
    except FileNotFoundError:
        raise StartError(f"no gazetteer in {folder}; build it with 'saigon115 city build'") from None


def read_queries(path: Path) -> list[str]:
    """The column `query` of a CSV file, in order; empty ones stay, so does a blank line between others."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Malformed(f"{path} cannot be read ({error}); give a CSV file in UTF-8") from error
    names = rows[0] if rows else []
    if "query" not in names:
        raise Malformed(f"{path} has no column 'query'; its first line names {names or 'nothing'}")
    column = names.index("query")
    while rows and not rows[-1]:
        rows.pop()
    return [row[column] if column < len(row) else "" for row in rows[1:]]


def write_answers(path: Path, queries: Iterable[str], geocoder: Geocoder) -> int:
    """The best place of each query, one row each; the file appears whole or not at all. Returns how many were found."""
    found = 0
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow(COLUMNS)
            for query, place in _answers(queries, geocoder):
                found += place is not None
                writer.writerow(_row(query, place))
        beside.replace(path)
    except OSError as error:
        raise Malformed(f"{path} cannot be written ({error.strerror}); choose another file") from error
    finally:
        beside.unlink(missing_ok=True)
    return found


def _answers(queries: Iterable[str], geocoder: Geocoder) -> Iterator[tuple[str, Place | None]]:
    for query in queries:
        yield query, next(iter(geocoder.search(query, limit=1)), None)


def _row(query: str, place: Place | None) -> list[str]:
    if place is None:
        return [query, "", "", "", "", "", ""]
    numbers = (f"{place.lat:.6f}", f"{place.lon:.6f}", f"{place.radius_m:.0f}", f"{place.confidence:.3f}")
    return [query, *numbers, place.kind, place.label]


def _show(places: list[Place]) -> None:
    if not places:
        typer.echo("nothing found: no street, place or ward bears such a name", err=True)
        return
    table = Table("sure", "± m", "kind", "place (new ward)")
    table.add_column("lon, lat", no_wrap=True, min_width=22)
    for place in places:
        point = f"{place.lon:.6f}, {place.lat:.6f}"
        label = f"{place.label} ({place.new_ward})" if place.new_ward else place.label
        table.add_row(f"{place.confidence:.2f}", f"{place.radius_m:.0f}", place.kind, label, point)
    Console(emoji=False).print(table)
