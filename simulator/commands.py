"""`saigon115 simulate run | compare | replay | redecide | schema | policies`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

OutOption = Annotated[Path, typer.Option("--out", help="Folder for the results.")]
CityOption = Annotated[Path | None, typer.Option("--city", help="A built city; default: the one in use.")]

simulate_app = typer.Typer(no_args_is_help=True, add_completion=False)


def _say(text: str) -> None:
    typer.echo(f"simulate: {text}", err=True)


@simulate_app.command("run")
def run(
    scenario: Annotated[Path, typer.Argument(help="A day in TOML; see docs/simulator.md.")],
    out: OutOption,
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the scenario's own.")] = None,
    city: CityOption = None,
) -> None:
    """Run a scenario: summary.json, calls.parquet, report.html and run.json."""
    from simulator.run import run_scenario

    summary = run_scenario(scenario, out, seed, _say, city)
    shown = {key: summary[key] for key in ("calls", "served", "lost", "response_s", "within_target")}
    typer.echo(json.dumps(shown))


@simulate_app.command("compare")
def compare(
    scenarios: Annotated[list[Path], typer.Argument(help="Two or more; the first is the baseline.")],
    out: OutOption,
    replications: Annotated[int, typer.Option(min=2, help="Days drawn for each scenario.")] = 20,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one a core.")] = None,
    half_width: Annotated[
        float | None, typer.Option(help="Stop once the share within target is known to ± this.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler whose workers run them; see the docs.")
    ] = None,
    resume: Annotated[
        bool | None,
        typer.Option(
            "--resume/--fresh",
            help="What an interrupted run left is taken up where it still holds. --resume: refuse to begin anew; "
            "--fresh: begin anew.",
            show_default=False,
        ),
    ] = None,
    city: CityOption = None,
) -> None:
    """Run scenarios on the same days and compare them: paired differences, intervals, Holm."""
    from simulator.compare import compare as run_comparison

    result = run_comparison(
        scenarios, out, replications, _say,
        city=city, workers=workers, half_width=half_width, cluster=cluster, resume=resume,
    )  # fmt: skip
    typer.echo(json.dumps(result["differences"]))


@simulate_app.command("replay")
def replay(
    log: Annotated[Path, typer.Argument(help="A log: `saigon115 log export`, or one of those in docs/siting.md.")],
    out: OutOption,
    policy: Annotated[str, typer.Option(help="Who decides; see `simulate policies`.")] = "desk",
    like: Annotated[Path | None, typer.Option(help="A scenario whose stations, units and settings hold.")] = None,
    form: Annotated[str, typer.Option("--format", help="How the log is written, if it does not tell.")] = "auto",
    seed: Annotated[int, typer.Option(min=0, help="Draws what the log does not tell.")] = 1,
    city: CityOption = None,
) -> None:
    """The calls of a log once more, under another policy."""
    from simulator.replay import replay as replay_log

    summary = replay_log(log, policy, out, _say, like=like, form=form, seed=seed, city=city)
    shown = {key: summary[key] for key in ("calls", "served", "lost", "response_s", "within_target")}
    typer.echo(json.dumps(shown))


@simulate_app.command("ahead")
def ahead(
    out: OutOption,
    snapshot: Annotated[
        Path | None, typer.Argument(help="What GET /api/v1/snapshot answered, or the start.json of a look ahead.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="A running desk instead; its token in SAIGON115_TOKEN.")] = None,
    hours: Annotated[float, typer.Option(min=0.25, max=12.0)] = 2.0,
    alternatives: Annotated[Path | None, typer.Option(help="TOML of alternatives; see docs/simulator.md.")] = None,
    replications: Annotated[int, typer.Option(min=2, max=200)] = 30,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    calls_per_hour: Annotated[float | None, typer.Option(min=0.0, help="Emergencies; default: forecast.")] = None,
    forecast: Annotated[
        str, typer.Option(help="Learns from: desk (its own log), pack, log:ID or a log's file; auto: desk, else pack.")
    ] = "auto",
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one a core.")] = None,
    city: CityOption = None,
) -> None:
    """The hours from now on under alternatives: ahead.json and run.json."""
    from simulator.ahead.command import look_from

    for line in look_from(
        snapshot, url, out, _say, hours=hours, alternatives=alternatives, replications=replications, seed=seed,
        calls_per_hour=calls_per_hour, forecast=forecast, workers=workers, city=city,
    ):  # fmt: skip
        typer.echo(json.dumps(line, ensure_ascii=False))


@simulate_app.command("redecide")
def redecide(
    log: Annotated[Path, typer.Argument(help="A whole log of our own: `saigon115 log export`.")],
    settings: Annotated[
        Path | None, typer.Option(help="Settings in TOML that hold instead: which decisions would be others?")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the whole account there, JSON.")] = None,
    show: Annotated[int, typer.Option(min=0, help="So many differences are shown.")] = 10,
    city: CityOption = None,
) -> None:
    """Every decision of a log that somebody acted on, made again. Exit code: 0 all the same, 1 not, 2 unusable."""
    from simulator.redecide.command import run as run_again

    raise typer.Exit(run_again(log, settings, out, city, show))


@simulate_app.command("schema")
def schema(
    ahead: Annotated[bool, typer.Option("--ahead", help="Of what a look ahead is asked instead.")] = False,
) -> None:
    """Print the JSON schema of a scenario, for editors."""
    from simulator.ahead.asked import ahead_schema
    from simulator.scenario import json_schema

    typer.echo(json.dumps(ahead_schema() if ahead else json_schema(), indent=2))


@simulate_app.command("policies")
def policies() -> None:
    """List the policies that are installed, by what they may serve as."""
    from simulator.policies.find import METHODS, names_for

    for key in METHODS:
        typer.echo(f"{key}: {', '.join(names_for(key))}")
