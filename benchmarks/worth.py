"""
What the desk's decisions are worth: heavy weeks again under other policies, and how far all of them are from perfect.

    python -m benchmarks.worth [policies|tuning|perfect …] [--weeks 12] [--scale 2.2] [--workers 2] [--out FOLDER]

Every policy meets the same weeks (common random numbers); differences are paired, with 95 % intervals by Student and
p-values by Holm, over the policies of one figure and not over the figures. Odd weeks choose the weights, even weeks
report them: policies are shown on all weeks and on the even ones alone. What is done is kept in `--out`, so a run that
was cut off goes on where it stopped; `worth.json` there holds every figure. The perfect plan: `clairvoyant`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from benchmarks import clairvoyant, clairvoyant_day
from dispatch.assignment.settings import AssignmentSettings
from dispatch.paths import repo_root
from simulator.city import CityWorld
from simulator.results import Outcomes, summarise
from simulator.run import open_roads
from simulator.scenario import read_scenario
from simulator.statistics import compare_to_baseline, mean_interval

DAY_S = 86_400.0
TARGET_S = 900.0
SURE = 0.05
Row = dict[str, float]
Rows = dict[tuple[str, int], Row]


@dataclass(frozen=True)
class Policy:
    """A name and what it sets in `[scenario]` and in `[settings.assignment]`."""

    name: str
    head: Mapping[str, str]
    settings: Mapping[str, Any] = field(default_factory=dict)


CLOSEST = Policy("closest idle", {"policy": "closest_idle"})
DESK = Policy("desk", {"policy": "desk"})
DMEXCLP = {"move_up": "dmexclp"}
POLICIES = (
    CLOSEST,
    DESK,
    Policy("closest idle, DMEXCLP", {"policy": "closest_idle"} | DMEXCLP),
    Policy("desk, DMEXCLP", {"policy": "desk"} | DMEXCLP),
    Policy("desk, DMEXCLP, hospital by load", {"policy": "desk", "hospital": "load_aware"} | DMEXCLP),
)

NEVER = {2: 0.0, 3: 0.0, 4: 0.0}
WEIGHTS = AssignmentSettings().coverage_weight_s


def _with(name: str, **settings: Any) -> Policy:
    return Policy(name, DESK.head, settings)


TUNED = (
    DESK,
    _with("calls that are left weigh nothing", left_call_s=0.0),
    _with("nobody waited for", await_at_most_s=NEVER),
    _with("no coverage", coverage_weight_s=NEVER),
    _with("coverage / 3", coverage_weight_s={level: weight / 3 for level, weight in WEIGHTS.items()}),
    _with("coverage × 3", coverage_weight_s={level: 3 * weight for level, weight in WEIGHTS.items()}),
)
"""The weights as they stand, and each with one of them changed."""

SCORE = {1: 4.0, 2: 2.0, 3: 1.0, 4: 1.0}
"""The tuning's goal, set before it: least mean response, a red call's weighing four, an orange one's two (guess)."""

FIGURES: dict[str, str] = {
    "red_within": "red within 15 min, %", "within": "all within 15 min, %", "mean_s": "mean, s", "p90_s": "p90, s",
    "red_mean_s": "red mean, s", "orange_mean_s": "orange mean, s", "yellow_mean_s": "yellow mean, s",
    "longest_s": "longest, s", "wait_s": "until accepted, s", "score_s": "score, s",
}  # fmt: skip


PERFECT = {
    "bound": "bound: nobody can do better", "plan": "best plan found, all calls known",
    "desk_undiverted": "desk, nobody diverted", "desk": "desk", "closest": "closest idle",
}  # fmt: skip


def main() -> int:
    """Measure what was asked for, print the tables and write them down."""
    parser = argparse.ArgumentParser(description="What the desk's decisions are worth.")
    parser.add_argument("parts", nargs="*", help="policies, tuning, perfect; default: all of them")
    parser.add_argument("--weeks", type=int, default=12, help="each of seven days after one of warm-up")
    parser.add_argument("--days", type=int, default=8, help="for the perfect plan: peaks of one day each")
    parser.add_argument("--scale", type=float, default=2.2, help="calls and planned work against the pack's own")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--city", type=Path, help="a built city; default: the one in use, built if absent")
    parser.add_argument("--out", type=Path, default=Path("worth"), help="what is done is kept here")
    asked = parser.parse_args()
    if stray := set(asked.parts) - {"policies", "tuning", "perfect"}:
        parser.error(f"no part {sorted(stray)[0]!r}; parts are policies, tuning, perfect")
    if asked.weeks < 4 or asked.days < 2:
        parser.error("give 4 weeks or more, so that each half has two, and 2 days or more")
    parts = asked.parts or ["policies", "tuning", "perfect"]
    found: dict[str, Any] = {"weeks": asked.weeks, "scale": asked.scale}
    weeks = range(1, asked.weeks + 1)
    if "policies" in parts:
        rows = replay(POLICIES, weeks, asked)
        found |= show_policies(rows, weeks)
    if "tuning" in parts:
        rows = replay(TUNED, weeks[::2], asked)
        found["tuning"] = show("Odd weeks, to tune", rows, TUNED, DESK, weeks[::2])
        best = min(TUNED, key=lambda one: float(np.mean([rows[one.name, week]["score_s"] for week in weeks[::2]])))
        found["chosen"] = best.name
        print(f"\nleast score on the odd weeks: {best.name}")
        if best is not DESK:
            rows = replay((DESK, best), weeks[1::2], asked)
            found["reported"] = show("Even weeks, to report", rows, (DESK, best), DESK, weeks[1::2])
    if "perfect" in parts:
        found["perfect"] = show_perfect(perfect_days(range(1, asked.days + 1), asked))
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "worth.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def make_world(policy: Policy, scale: float, city: Path | None) -> CityWorld:
    """A week after a day of warm-up, with the pack's staffed units."""
    told: dict[str, Any] = {
        "scenario": {"duration_s": 8 * DAY_S, "warm_up_s": DAY_S, "target_s": TARGET_S} | dict(policy.head),
        "city": {"scale": scale},
    }
    if policy.settings:
        told["settings"] = {"assignment": dict(policy.settings)}
    return CityWorld(read_scenario(told, "worth"), "worth", open_roads(city, lambda text: print(text, file=sys.stderr)))


def replay(policies: Sequence[Policy], weeks: Sequence[int], asked: argparse.Namespace) -> Rows:
    """Every policy on every week; what is known already is not done again."""
    make_world(CLOSEST, asked.scale, asked.city)  # the table is built before the workers start

    def one(policy: Policy, week: int) -> Row:
        return figures(make_world(policy, asked.scale, asked.city), week)

    jobs = [((policy.name, week), _told(policy, asked.scale), (policy, week)) for week in weeks for policy in policies]
    return dict(zip([key for key, _, _ in jobs], _keep(jobs, one, asked), strict=True))


def _told(policy: Policy, scale: float) -> str:
    return json.dumps([dict(policy.head), policy.settings, scale, _sources()], sort_keys=True)


@cache
def _sources() -> str:
    """What is measured, so that nothing of an older version is taken for its result."""
    digest = hashlib.sha256()
    digest.update(b"".join(Path(str(one.__file__)).read_bytes() for one in (clairvoyant, clairvoyant_day)))
    for folder in ("dispatch/assignment", "dispatch/hospitals", "dispatch/move_up", "simulator", "data/hcmc"):
        for path in sorted((repo_root() / folder).rglob("*")):
            if path.suffix in (".py", ".toml", ".csv"):
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _keep(jobs: Sequence[tuple[Any, str, tuple[Any, ...]]], one: Callable[..., Row], asked: Any) -> list[Row]:
    """The jobs' results in their order, out of the folder where they are known."""

    def kept(key: Any, told: str, arguments: tuple[Any, ...]) -> Row:
        path = asked.out / "done" / f"{hashlib.sha256(f'{told} {key[-1]}'.encode()).hexdigest()[:16]}.json"
        if not path.exists():
            row = one(*arguments)
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            part.write_text(json.dumps({"of": [*key], "row": row}), encoding="utf-8")
            part.replace(path)
        found: Row = json.loads(path.read_text(encoding="utf-8"))["row"]
        return found

    rows = joblib.Parallel(n_jobs=asked.workers)(joblib.delayed(kept)(*job) for job in jobs)
    return list(rows)


def figures(world: CityWorld, week: int) -> Row:
    """What is compared of one week."""
    outcomes = Outcomes(world.make_day(week).run(), DAY_S)
    summary, calls = summarise(outcomes, TARGET_S), outcomes.day.calls
    mine = outcomes.counted & outcomes.served & (calls.kind == 0)
    response_s, level = outcomes.response_s[mine], calls.priority[mine]
    weight = np.vectorize(SCORE.get)(level)
    means = {name: float(response_s[level == at].mean()) for at, name in ((1, "red"), (2, "orange"), (3, "yellow"))}
    return {
        "red_within": 100 * float((response_s[level == 1] <= TARGET_S).mean()),
        "within": 100 * summary["within_target"],
        "mean_s": float(response_s.mean()),
        "p90_s": summary["response_s"]["p90"],
        **{f"{name}_mean_s": mean for name, mean in means.items()},
        "longest_s": float(response_s.max()),
        "wait_s": float(np.nanmean(outcomes.waited_s[mine])),
        "score_s": float((weight * response_s).sum() / weight.sum()),
        "busy": 100 * float(np.mean(list(summary["unit_utilisation"].values()))),
        "diversions": float(summary["diversions"]),
        "emergencies": float(mine.sum()),
        "reds": float((level == 1).sum()),
    }


def show(
    title: str, rows: Rows, policies: Sequence[Policy], base: Policy, weeks: Sequence[int]
) -> dict[str, dict[str, Any]]:
    """Print a table of means and paired differences, ready for docs/worth.md, and hand them back."""
    first = [rows[base.name, week] for week in weeks]
    told = {name: round(float(np.mean([row[name] for row in first])), 1) for name in ("busy", "emergencies", "reds")}
    others = [policy for policy in policies if policy is not base]
    found: dict[str, dict[str, Any]] = {base.name: told, **{policy.name: {} for policy in others}}
    print(
        f"\n{title}: {len(weeks)} weeks, {told['busy']} % of units busy, each {told['emergencies']:.0f} emergencies, "
        f"{told['reds']:.0f} of them red. Differences to the first column; bold: beyond chance, Holm's p below 0.05.\n"
    )
    print(" | ".join(["|", base.name, *(policy.name for policy in others), ""]).strip())
    print("|---" * (len(policies) + 1) + "|")
    for key, label in FIGURES.items():
        columns = {one.name: np.array([rows[one.name, week][key] for week in weeks]) for one in policies}
        mean = mean_interval(columns[base.name]).interval
        found[base.name][key] = [mean.estimate, mean.low, mean.high]
        cells = [label, f"{mean.estimate:.1f} [{mean.low:.1f}, {mean.high:.1f}]"]
        for name, one in compare_to_baseline({p.name: columns[p.name] for p in others}, columns[base.name]).items():
            alone = one.alone.estimate
            found[name][key] = [alone.mean, alone.interval.low, alone.interval.high, one.p_holm]
            cell = f"{alone.mean:+.1f} [{alone.interval.low:+.1f}, {alone.interval.high:+.1f}]"
            cells.append(f"**{cell}**" if one.p_holm < SURE else cell)
        print(f"| {' | '.join(cells)} |")
    return found


def show_policies(rows: Rows, weeks: Sequence[int]) -> dict[str, Any]:
    """The policies on all weeks, and on the even ones alone, in which no weight was chosen."""
    found = {}
    for name, title, some in (("", "Heavy weeks", weeks), ("_even", "Even ones alone", weeks[1::2])):
        found[f"policies{name}"] = show(title, rows, POLICIES, CLOSEST, some)
        found[f"with_dmexclp{name}"] = show(f"{title}, all with DMEXCLP", rows, POLICIES[2:], POLICIES[2], some)
    return found


def perfect_days(days: Sequence[int], asked: argparse.Namespace) -> list[Row]:
    """Peaks of one day each, stripped to what assignment decides: policies, the best plan found, and the bound."""
    make_world(CLOSEST, 1.0, asked.city)  # the table is built before the workers start
    roads = open_roads(asked.city, lambda text: print(text, file=sys.stderr))
    jobs = [(("perfect", day), f"perfect {_sources()}", (roads, day)) for day in days]
    return _keep(jobs, clairvoyant_day.measure_day, asked)


def show_perfect(rows: Sequence[Row]) -> dict[str, Any]:
    """Print how far each policy is above the bound and the plan, in mean response."""
    found: dict[str, Any] = {"days": len(rows)}
    calls, busy = (float(np.mean([row[key] for row in rows])) for key in ("calls", "busy"))
    print(f"\nAgainst perfect foresight: {len(rows)} peaks, {calls:.0f} calls each, {busy:.0f} % of vans busy.\n")
    print("| | mean response, s | above the bound, % |\n|---|---|---|")
    for key, label in PERFECT.items():
        mean = mean_interval([row[key] for row in rows]).interval
        above = mean_interval([100 * (row[key] / row["bound"] - 1) for row in rows]).interval
        found[key] = [mean.estimate, mean.low, mean.high, above.estimate, above.low, above.high]
        print(
            f"| {label} | {mean.estimate:.0f} [{mean.low:.0f}, {mean.high:.0f}] | "
            f"{above.estimate:.1f} [{above.low:.1f}, {above.high:.1f}] |"
        )
    return found


if __name__ == "__main__":
    raise SystemExit(main())
