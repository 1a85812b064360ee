"""What a siting run leaves behind: siting.json, stations.csv, demand.csv, siting.geojson and scenario.toml."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from simulator.siting.measure import Measures, Worth, nearest
from simulator.siting.objectives import Objective
from simulator.siting.problem import Answer, Bools, Problem, SitingError


@dataclass(frozen=True)
class Report:
    """A question, its answer and what it is worth; `asked`: what else was asked for, in words and numbers."""

    problem: Problem
    objective: Objective
    answer: Answer
    before: Measures
    after: Measures
    worth: tuple[Worth, ...]
    asked: Mapping[str, Any]

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed, and what a reader must not take the answer for."""
        idle = [self.problem.candidates.ids[one.row] for one in self.worth if not one.gain and one.gain is not None]
        notes = list(self.problem.notes)
        if idle:
            notes.append(
                f"{len(idle)} of the new add nothing to this objective ({', '.join(idle)}); "
                "give other candidates, another target (--within), or use p-median"
            )
        if not self.answer.proven:
            notes.append(f"not proven: nothing is better by more than {self.answer.gap:.2%}; --limit gives more time")
        return tuple(notes)


def write_report(report: Report, folder: Path) -> list[Path]:
    """Write every file into a folder, made if absent; the same question gives the same bytes."""
    texts = {
        "siting.json": json.dumps(as_json(report), ensure_ascii=False, indent=2, allow_nan=False) + "\n",
        "stations.csv": _stations_csv(report),
        "demand.csv": _demand_csv(report),
        "siting.geojson": json.dumps(as_geojson(report), ensure_ascii=False, allow_nan=False) + "\n",
        "scenario.toml": as_toml(report),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            part = folder / f".{name}.part"
            part.write_text(text, encoding="utf-8")
            part.replace(folder / name)
    except OSError as error:
        raise SitingError(f"{folder} cannot be written ({error.strerror}); give another folder with --out") from error
    return [folder / name for name in texts]


def as_json(report: Report) -> dict[str, Any]:
    """The whole answer; times in seconds, shares 0 to 1."""
    answer, objective = report.answer, report.objective
    return {
        "objective": objective.name,
        "within_s": objective.within_s,
        "busy_fraction": objective.busy,
        **report.asked,
        "candidates": int(report.problem.open_.sum()),
        "demand_points": len(report.problem.demand),
        "value": answer.value,
        "bound": answer.bound,
        "gap": answer.gap,
        "proven": answer.proven,
        "before": asdict(report.before),
        "after": asdict(report.after),
        "new": [_new_station(report, one) for one in report.worth],
        "notes": list(report.notes),
    }


def as_geojson(report: Report) -> dict[str, Any]:
    """New and existing stations and the demand points; what has no known place is left out."""
    problem, stands = report.problem, _stands(report)
    before_s, after_s = nearest(problem, problem.kept), nearest(problem, stands)
    new = {one.row: _new_station(report, one) for one in report.worth}
    features = [
        _feature(
            problem.candidates.lonlat[row],
            new.get(row, {"id": problem.candidates.ids[row], "name": problem.candidates.names[row]})
            | {"role": "new" if row in new else "existing"},
        )
        for row in np.flatnonzero(stands).tolist()
    ]
    features += [
        _feature(
            problem.demand.lonlat[row],
            {
                "id": problem.demand.ids[row],
                "name": problem.demand.names[row],
                "role": "demand",
                "weight": float(problem.weight[row]),
                "before_s": _known(before_s[row]),
                "after_s": _known(after_s[row]),
            },
        )
        for row in range(len(problem.demand))
    ]
    return {"type": "FeatureCollection", "features": [one for one in features if one is not None]}


def as_toml(report: Report) -> str:
    """
    The new stations and a van at each new unit, to be put into a scenario. In a host hospital a station may refuse.

    Of `mexclp` with units at existing stations only the units are new.
    """
    points, lines = report.problem.candidates, [f"# {_sentence(report)}"]
    for one in report.worth:
        lon, lat = points.lonlat[one.row]
        if not report.problem.kept[one.row] and np.isfinite([lon, lat]).all():
            lines += ["", f"# {points.names[one.row]}", "[[station]]", f"id = {_quoted(points.ids[one.row])}"]
            lines += [f"lon = {lon:.6f}", f"lat = {lat:.6f}", "can_refuse = true"]
    for one in report.worth:
        for number in range(1, one.units + 1):
            unit = f"new-{points.ids[one.row]}-{number}"
            lines += ["", "[[unit]]", f"id = {_quoted(unit)}", f"post = {_quoted(points.ids[one.row])}"]
    return "\n".join(lines) + "\n"


def _sentence(report: Report) -> str:
    how = "proven optimal" if report.answer.proven else f"within {report.answer.gap:.2%} of the best"
    return f"{len(report.answer.chosen)} new by {report.objective.name}, {how}"


def _stands(report: Report) -> Bools:
    stands = report.problem.kept.copy()
    stands[list(report.answer.chosen)] = True
    return stands


def _new_station(report: Report, one: Worth) -> dict[str, Any]:
    points = report.problem.candidates
    lon, lat = (_known(number) for number in points.lonlat[one.row])
    return {
        "id": points.ids[one.row],
        "name": points.names[one.row],
        "lon": lon,
        "lat": lat,
        "new_units": one.units,
        "at_existing_station": bool(report.problem.kept[one.row]),
        "order": one.order,
        "gain": one.gain,
        "loss_without": one.loss,
        "essential": one.essential,
    }


def _stations_csv(report: Report) -> str:
    return _csv([_new_station(report, one) for one in report.worth])


def _demand_csv(report: Report) -> str:
    problem, stands = report.problem, _stands(report)
    before_s, after_s = nearest(problem, problem.kept), nearest(problem, stands)
    rows = np.flatnonzero(stands)
    server = rows[problem.time_s[:, rows].argmin(axis=1)]
    return _csv(
        [
            {
                "id": problem.demand.ids[row],
                "name": problem.demand.names[row],
                "weight": float(problem.weight[row]),
                "before_s": _known(before_s[row]),
                "after_s": _known(after_s[row]),
                "station": problem.candidates.ids[server[row]] if np.isfinite(after_s[row]) else None,
            }
            for row in range(len(problem.demand))
        ]
    )


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    told = io.StringIO()
    writer = csv.DictWriter(told, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return told.getvalue()


def _feature(lonlat: Any, properties: dict[str, Any]) -> dict[str, Any] | None:
    if not np.isfinite(lonlat).all():
        return None
    place = {"type": "Point", "coordinates": [round(float(one), 6) for one in lonlat]}
    return {"type": "Feature", "geometry": place, "properties": properties}


def _known(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None


def _quoted(text: str) -> str:
    """A TOML string: the escapes of JSON are TOML's too."""
    return msgspec.json.encode(text).decode()
