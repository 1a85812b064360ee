"""
Remake hour_of_week.csv: `python data/make/hour_of_week.py SOURCE_FOLDER`.

The shape of a week of calls, mean 1, from ten years of New York's hourly counts (ems/nyc_hourly_calls_2010_2019.csv.gz,
NYC open data): a STAND-IN, since no hourly counts of Ho Chi Minh City are public. New York's local hours stand for
the city's local hours; its late evenings and hot noons surely differ.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from statistics import fmean

OUT = Path(__file__).resolve().parent.parent / "hcmc" / "hour_of_week.csv"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def mean_calls(path: Path) -> dict[tuple[int, int], float]:
    """Mean calls of each weekday (Monday 0) and hour of the day."""
    counts: dict[tuple[int, int], list[float]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            day = date(int(row["year"]), int(row["month"]), int(row["day"]))
            counts[day.weekday(), int(row["hour"]) % 24].append(float(row["num_calls"]))
    return {slot: fmean(calls) for slot, calls in counts.items()}


def main() -> None:
    means = mean_calls(Path(sys.argv[1]) / "ems/nyc_hourly_calls_2010_2019.csv.gz")
    overall = fmean(means.values())
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["weekday", "hour", "factor"])
        for (weekday, hour), mean in sorted(means.items()):
            writer.writerow([DAYS[weekday], hour, f"{mean / overall:.4f}"])


if __name__ == "__main__":
    main()
