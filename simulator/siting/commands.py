"""`saigon115 siting p-median | mclp | mexclp | next`: where the next stations go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, cast, get_args

import typer
from rich.console import Console
from rich.table import Table

from dispatch.city.build import load_city, open_city
from dispatch.city.commands import AtOption, CityOption, ProfileOption, clear_errors
from dispatch.city.progress import shown_progress
from dispatch.city_builders import BUILDERS
from dispatch.city_pack import load_city_pack
from dispatch.domain.clock import LOCAL
from routing.profiles import find_profile
from routing.travel_times import TravelTimes
from simulator.siting.ask import ask
from simulator.siting.city import CityQuestion, Hosts, Zones, city_problem, exclude, road_times
from simulator.siting.measure import Measures
from simulator.siting.objectives import Objective, ObjectiveName
from simulator.siting.outputs import Report, write_report
from simulator.siting.p_median import LIMIT_S
from simulator.siting.pmed_file import read_pmed
from simulator.siting.problem import Problem, SitingError
from simulator.siting.tables import read_candidates, read_demand, read_times

siting_app = typer.Typer(no_args_is_help=True)

New = Annotated[int | None, typer.Option("--new", help="How many new stations (mexclp: units).")]
Within = Annotated[float, typer.Option("--within", help="Target of travel, seconds.")]
Busy = Annotated[float, typer.Option(help="Chance that a unit is busy when called.")]
PerSite = Annotated[int, typer.Option(help="mexclp: at most so many new units a site.")]
Limit = Annotated[float, typer.Option(help="Seconds the solver may take.")]
Out = Annotated[Path | None, typer.Option(help="Folder for JSON, CSV, GeoJSON and the scenario's part.")]
Demand = Annotated[Path | None, typer.Option(help="CSV id,weight[,lat,lon,name]; without it the city's own.")]
Candidates = Annotated[Path | None, typer.Option(help="CSV id[,lat,lon,name,existing,units].")]
Matrix = Annotated[Path | None, typer.Option(help="CSV from,to,seconds; without it the roads of the city in use.")]
Pmed = Annotated[Path | None, typer.Option(help="An instance of the OR-Library, p and all.")]
ZonesOption = Annotated[str, typer.Option(help=f"Where demand is counted: {' or '.join(get_args(Zones))}.")]
HostsOption = Annotated[str, typer.Option(help="Candidates: emergency or all hospitals, or wards: also every ward.")]
Exclude = Annotated[list[str] | None, typer.Option(help="A candidate that may get nothing; may be repeated.")]
Scratch = Annotated[bool, typer.Option("--from-scratch", help="Keep no station where it is.")]
AtExisting = Annotated[bool, typer.Option("--at-existing", help="New units may join existing stations.")]
Check = Annotated[bool, typer.Option(help="Ask again without each new station, to see what it is worth.")]


def _make_command(name: ObjectiveName | None) -> Callable[..., None]:
    """The command of one objective, or the one that compares them all."""

    @clear_errors
    def command(
        new: New = None,
        within: Within = 900.0,
        busy: Busy = 0.3,
        per_site: PerSite = 1,
        limit: Limit = LIMIT_S,
        out: Out = None,
        demand: Demand = None,
        candidates: Candidates = None,
        matrix: Matrix = None,
        pmed: Pmed = None,
        zones: ZonesOption = "old-wards",
        hosts: HostsOption = "emergency",
        exclude: Exclude = None,
        from_scratch: Scratch = False,
        at_existing: AtExisting = False,
        check: Check = True,
        profile: ProfileOption = "ambulance",
        at: AtOption = None,
        city: CityOption = None,
    ) -> None:
        moment = _moment(at)
        asked: dict[str, Any] = {"profile": profile, "at": moment.isoformat() if moment else None}
        if pmed is not None:
            problem, given = read_pmed(pmed)
            new, asked = new or given, {}
        elif demand is not None or candidates is not None or matrix is not None:
            problem = _from_tables(demand, candidates, matrix, exclude or [], profile, moment, city)
        else:
            question = CityQuestion(
                cast(Zones, zones), cast(Hosts, hosts), from_scratch, at_existing, tuple(exclude or [])
            )
            travel = _travel(profile, city)
            problem = city_problem(load_city_pack(), travel, question, find_profile(profile).name, moment)
            asked |= {"zones": zones, "hosts": hosts, "from_scratch": from_scratch}
        names = [name] if name else list(get_args(ObjectiveName))
        reports = []
        for one in names:
            typer.echo(f"siting: asking {one}", err=True)
            objective = Objective(one, within, busy, per_site)
            reports.append(ask(problem, objective, new or 10, limit, asked, check=check))
        for report in reports:
            _tell(report)
            if out is not None:
                folder = out if name else out / report.objective.name
                typer.echo(f"written: {', '.join(str(path) for path in write_report(report, folder))}")
        if name is None:
            _tell_together(reports)

    return command


ABOUT: dict[ObjectiveName | None, str] = {
    "p-median": "The least seconds to the nearest station, on the mean.",
    "mclp": "The most people within the target.",
    "mexclp": "The most people within the target of a unit that is free.",
    None: "Where the next stations go, by all three objectives beside each other.",
}
for _name, _about in ABOUT.items():
    siting_app.command(_name or "next", help=_about)(_make_command(_name))


def _from_tables(
    demand: Path | None,
    candidates: Path | None,
    matrix: Path | None,
    excluded: list[str],
    profile: str,
    at: datetime | None,
    city: Path | None,
) -> Problem:
    if demand is None or candidates is None:
        raise SitingError("--demand and --candidates go together; give both, or neither for the city's own")
    points, weight = read_demand(demand)
    sites = read_candidates(candidates)
    if matrix is not None:
        times = read_times(matrix, sites.points, points)
    else:
        times = road_times(sites.points, points, _travel(profile, city), find_profile(profile).name, at)
    problem = Problem(points, weight, sites.points, times, sites.kept, sites.units, ~sites.kept)
    return exclude(problem, excluded)


def _moment(at: str | None) -> datetime | None:
    """A time without a zone is the city's own."""
    if at is None:
        return None
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise SitingError(f"--at {at!r} is no time; write it as 2026-11-22T07:30:00+07:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)


def _travel(profile: str, city: Path | None) -> TravelTimes:
    vehicle = find_profile(profile)
    typer.echo("siting: loading the roads", err=True)
    if city is not None:
        return TravelTimes.load(load_city(city).directory, {vehicle.name: vehicle})
    with shown_progress() as progress:
        return TravelTimes.load(open_city(progress=progress, builders=BUILDERS), {vehicle.name: vehicle})


def _tell(report: Report) -> None:
    answer, console = report.answer, Console(emoji=False)
    how = "proven optimal" if answer.proven else f"NOT proven, gap {answer.gap:.3%}"
    head = f"{report.objective.name}: value {answer.value:.6g}, bound {answer.bound:.6g}, {how}, {answer.took_s:.1f} s"
    console.print(head, highlight=False)
    table = Table("order", "new", "units", "gain", "loss without", "in every best choice")
    says = {True: "yes", False: "no", None: "unknown"}
    for one in report.worth:
        points = report.problem.candidates
        named = points.ids[one.row] if points.names[one.row] in ("", points.ids[one.row]) else points.names[one.row]
        figures = ("" if number is None else f"{number:.4g}" for number in (one.gain, one.loss))
        table.add_row(str(one.order), named, str(one.units), *figures, says[one.essential])
    console.print(table)
    changes = Table("", "before", "after")
    for label, words in _LABELS:
        changes.add_row(words, *(_figure(getattr(one, label)) for one in (report.before, report.after)))
    console.print(changes)
    for note in report.notes:
        typer.echo(f"note: {note}", err=True)


_LABELS = (
    ("stations", "stations"),
    ("units", "units"),
    ("mean_s", "mean seconds to the nearest"),
    ("p90_s", "90th percentile, seconds"),
    ("share_within_8_min", "share within 8 min"),
    ("share_within_target", "share within the target"),
    ("share_expected", "expected share, units busy at times"),
    ("share_unreached", "share without any road"),
)


def _figure(number: float | int | None) -> str:
    if number is None:
        return "none"
    return str(number) if isinstance(number, int) else f"{number:.4f}" if number <= 1 else f"{number:.1f}"


def _tell_together(reports: list[Report]) -> None:
    """Who is chosen by how many of the objectives, and what each does to all measures."""
    names = [report.objective.name for report in reports]
    points = reports[0].problem.candidates
    votes = Table("chosen by", *names)
    rows = sorted({row for report in reports for row in report.answer.chosen})
    counted = {row: [row in report.answer.chosen for report in reports] for row in rows}
    for row in sorted(rows, key=lambda row: (-sum(counted[row]), row)):
        votes.add_row(points.names[row] or points.ids[row], *("x" if one else "" for one in counted[row]))
    Console(emoji=False).print(votes)
    after: list[Measures] = [report.after for report in reports]
    changes = Table("after", *names)
    for label, words in _LABELS:
        changes.add_row(words, *(_figure(getattr(one, label)) for one in after))
    Console(emoji=False).print(changes)
