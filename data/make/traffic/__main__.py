"""
Remake hours.csv, spread.csv, areas.geojson and their plot: `python data/make/traffic SOURCE_FOLDER [OUT_FOLDER]`.

SOURCE_FOLDER holds traffic/ (reports of 2020–21, no licence stated: only what is derived is kept) and osm/ (to place
the ways). Without OUT_FOLDER the files go to data/hcmc/traffic and the plot to docs. The same sources give the same
bytes. About 15 s.
"""

from __future__ import annotations

import sys
from pathlib import Path

from areas import draw_areas, to_geojson
from fit import fit_reports
from plot import draw_hours
from sources import read_levels, read_speeds
from tables import column_of, day_level, write_hours, write_spread
from variance import WINDOW_MIN

REPOSITORY = Path(__file__).resolve().parents[3]
PACK = REPOSITORY / "data/hcmc"


def main() -> None:
    sources = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else PACK / "traffic"
    plots = out if len(sys.argv) > 2 else REPOSITORY / "docs"
    areas = draw_areas(PACK)
    levels, speeds = read_levels(sources, areas), read_speeds(sources)
    fit = fit_reports(levels, speeds)
    hours = write_hours(fit, levels, speeds)
    files = {
        out / "hours.csv": hours,
        out / "spread.csv": write_spread(fit, levels, read_speeds(sources, WINDOW_MIN)),
        out / "areas.geojson": to_geojson(areas),
        plots / "traffic-hours.svg": draw_hours(column_of(hours, "share"), column_of(hours, "level_reports")),
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"levels of service: {len(levels.road)} way-half-hours, {levels.dropped}")
    print(f"speeds: {len(speeds.road)} road-hours on {len(set(speeds.day.tolist()))} days; dropped: {speeds.dropped}")
    print("standard deviations of log speed:", {name: round(sd, 3) for name, sd in fit.sd.items()})
    print("noise of levels and speeds:", [round(sd, 3) for sd in fit.noise])
    print(f"level of the best hours: {day_level(fit, levels)[0]:.3f}")


if __name__ == "__main__":
    main()
