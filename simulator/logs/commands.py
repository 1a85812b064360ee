"""`saigon115 demand read | fit | forecast | evaluate`: what logs tell of the calls to come."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from dispatch.city.commands import clear_errors
from dispatch.city_pack import DAYS, load_city_pack
from dispatch.domain.clock import LOCAL
from simulator.logs.evaluate import HORIZONS, evaluate
from simulator.logs.fit import DemandFit, fit_demand, scaled
from simulator.logs.forecast import learn_all
from simulator.logs.formats import FORMATS, read_log
from simulator.logs.hourly import HourlyCounts, count_by_hour, read_new_york_hourly
from simulator.logs.table import LogError, LogTable, open_log
from simulator.result_folder import results_in
from simulator.streams import stream

demand_app = typer.Typer(no_args_is_help=True)

LogFile = Annotated[Path, typer.Argument(help="A log; .gz is unpacked.")]
Format = Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")]
Seed = Annotated[int, typer.Option(help="Draws the wards of another city's calls.")]
OutFolder = Annotated[Path, typer.Option(help="Folder to write into.")]


@demand_app.command("read")
@clear_errors
def read(log: LogFile, out: OutFolder, form: Format = "auto", seed: Seed = 1) -> None:
    """One table of calls (calls.parquet, calls.csv), with an account of what could not be used."""
    table = read_log(log, load_city_pack(), form, seed)
    with results_in(out) as folder:
        _write_account(table, folder)
        table.calls.write_parquet(folder / "calls.parquet")
        table.calls.write_csv(folder / "calls.csv")
    _tell(table)
    typer.echo(f"written: {', '.join(str(out / name) for name in _ACCOUNT)}, {out}/calls.parquet, {out}/calls.csv")


@demand_app.command("fit")
@clear_errors
def fit(
    log: LogFile,
    out: OutFolder,
    form: Format = "auto",
    seed: Seed = 1,
    per_day: Annotated[float | None, typer.Option(help="Scale to so many calls a day.")] = None,
) -> None:
    """How often, where, of what kind and how long: demand.json, and hour_of_week.csv as the city pack has it."""
    table = read_log(log, load_city_pack(), form, seed)
    fitted = fit_demand(table)
    if per_day is not None:
        fitted = scaled(fitted, per_day * 7 / fitted.calls_per_week)
    with results_in(out) as folder:
        _write_account(table, folder)
        (folder / "demand.json").write_text(_json(asdict(fitted)), encoding="utf-8")
        (folder / "hour_of_week.csv").write_text(_week_csv(fitted), encoding="utf-8")
    _tell(table)
    typer.echo(
        f"{fitted.calls_per_week / 7:.1f} calls a day over {fitted.weeks:.1f} weeks, busiest hour "
        f"{max(fitted.hour_of_week):.2f} × the mean; written: {out}/demand.json, {out}/hour_of_week.csv"
    )


@demand_app.command("forecast")
@clear_errors
def forecast(
    log: LogFile,
    form: Format = "auto",
    hours: Annotated[int, typer.Option(min=1, max=168, help="So many hours after the log's last whole one.")] = 24,
    confidence: Annotated[float, typer.Option(help="Share of hours that the intervals should hold.")] = 0.9,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON instead of CSV.")] = False,
) -> None:
    """Expected calls of the next hours with intervals, as CSV on standard output."""
    if not 0 < confidence < 1:
        raise LogError(f"confidence is {confidence}; give a share above 0 and below 1")
    hourly = count_by_hour(read_log(log, load_city_pack(), form))
    model = learn_all(hourly.counts, hourly.first_hour)
    end = hourly.start + timedelta(hours=len(hourly.counts))
    ahead = model.ahead(end.weekday() * 24 + end.hour, hours, confidence)
    rows = [
        {
            "from": (end + timedelta(hours=hour)).isoformat(),
            "expected": round(float(ahead.expected[hour]), 3),
            "low": int(ahead.low[hour]),
            "high": int(ahead.high[hour]),
        }
        for hour in range(hours)
    ]
    told = {"adjustment": ahead.adjustment, "dispersion": model.dispersion, "confidence": confidence, "hours": rows}
    typer.echo(_json(told) if as_json else _csv(rows), nl=False)


@demand_app.command("evaluate")
@clear_errors
def judge(
    counts: Annotated[Path, typer.Argument(help="Hourly counts (year,month,day,hour,num_calls), or a log.")],
    since: Annotated[str, typer.Option(help="First day of the test.")] = "2017-01-01",
    until: Annotated[str, typer.Option(help="The day after its last.")] = "2020-01-01",
    thin: Annotated[float, typer.Option(help="Keep this share of the calls, by chance: a smaller city.")] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """The forecast on hours it has not seen, beside plain moving averages."""
    hourly = _thinned(_hourly(counts), thin)
    scores = evaluate(hourly, _day(since), _day(until), HORIZONS)
    if as_json:
        typer.echo(_json([asdict(one) for one in scores]), nl=False)
        return
    table = Table("ahead", "method", "MAE", "RMSE", "bias", "in 90 % interval", "its width", "MAE against 168 h")
    for one in scores:
        against = one.against_week.estimate.interval if one.against_week else None
        words = f"{against.estimate:+.2f} ({against.low:+.2f} … {against.high:+.2f})" if against else ""
        figures = (f"{number:.2f}" for number in (one.mae, one.rmse, one.bias))
        table.add_row(f"{one.horizon_h} h", one.method, *figures, f"{one.held:.3f}", f"{one.width:.1f}", words)
    Console(width=120, emoji=False).print(table)
    typer.echo(f"{scores[0].hours} hours, {np.nanmean(hourly.counts):.1f} calls an hour on the mean")


def _hourly(path: Path) -> HourlyCounts:
    """A file of counts as it is, any log counted."""
    if b"num_calls" in open_log(path)[:4096].partition(b"\n")[0]:
        return read_new_york_hourly(path)
    return count_by_hour(read_log(path, load_city_pack()))


def _thinned(hourly: HourlyCounts, share: float) -> HourlyCounts:
    if not 0 < share <= 1:
        raise LogError(f"--thin {share} is no share above 0 up to 1")
    if share == 1:
        return hourly
    known = np.isfinite(hourly.counts)
    counts = np.full(len(hourly.counts), np.nan)
    counts[known] = stream(1, "thin").binomial(hourly.counts[known].astype(np.int64), share)
    return HourlyCounts(hourly.start, counts)


def _day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=LOCAL)
    except ValueError:
        raise LogError(f"{text!r} is no day; write it as 2017-01-01") from None


_ACCOUNT = ("report.json", "skipped.csv")


def _write_account(table: LogTable, out: Path) -> None:
    (out / "report.json").write_text(_json(table.as_json()), encoding="utf-8")
    rows = [{"line": one.line, "reason": one.reason, "detail": one.detail} for one in table.skipped]
    (out / "skipped.csv").write_text(_csv(rows) if rows else "line,reason,detail\n", encoding="utf-8")


def _tell(table: LogTable) -> None:
    """The account in words, on standard error."""
    told = table.as_json()
    typer.echo(f"{table.source}: {told['read']} read, {told['kept']} kept, {told['skipped']} skipped", err=True)
    for reason, count in told["skipped_by_reason"].items():
        typer.echo(f"  {count} skipped: {reason}", err=True)
    for gap in told["longest_gaps"][:5]:
        typer.echo(f"  gap of {gap['length_s'] / 86400:.1f} days after {gap['after']}", err=True)
    if table.twins:
        typer.echo(f"  {table.twins} kept that look like another call", err=True)
    if table.backward:
        typer.echo(f"  {table.backward} lines earlier than the line before them, put in order", err=True)
    for note in table.notes:
        typer.echo(f"  {note}", err=True)


def _week_csv(fitted: DemandFit) -> str:
    """The form of the city pack's hour_of_week.csv; an hour without a call gets the least factor that it allows."""
    factors = enumerate(fitted.hour_of_week)
    return _csv(
        [{"weekday": DAYS[at // 24], "hour": at % 24, "factor": max(round(one, 4), 0.0001)} for at, one in factors]
    )


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _csv(rows: list[dict[str, Any]]) -> str:
    told = io.StringIO()
    writer = csv.DictWriter(told, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return told.getvalue()
