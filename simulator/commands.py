"""`saigon115 simulate run | compare | replay | schema | policies`."""

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
    city: CityOption = None,
) -> None:
    """Run scenarios on the same days and compare them: paired differences, intervals, Holm."""
    from simulator.compare import compare as run_comparison

    result = run_comparison(scenarios, out, replications, _say, city=city, workers=workers, half_width=half_width)
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


@simulate_app.command("schema")
def schema() -> None:
    """Print the JSON schema of a scenario, for editors."""
    from simulator.scenario import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))


@simulate_app.command("policies")
def policies() -> None:
    """List the policies that are installed, by what they may serve as."""
    from simulator.policies.find import METHODS, names_for

    for key in METHODS:
        typer.echo(f"{key}: {', '.join(names_for(key))}")
