"""
Three public logs of other cities, read into one table. Their clocks are kept; their places are not ours (`placing`).

New York (NYC open data, EMS incidents 2013–2016): time, coded type, severity 1–9, ZIP, seconds until the first unit was
on scene. Virginia Beach (city open data, 2017–18): six stamps to the minute and a priority. Montgomery County,
Pennsylvania (Kaggle "montcoalert"): title and time; fire and traffic calls are left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from simulator.logs.table import Collector, LogError, LogTable, city_time, open_log, seconds

Place = Callable[[str], str | None]

NYC_LEVELS = {1: 1, 2: 1, 3: 2, 4: 3, 5: 3, 6: 4, 7: 4, 8: 4, 9: 4}
"""Severity to level (guess): 1 is arrest, 2 and 3 are dispatched as urgent, 7 and above wait."""
NYC_COLUMNS = (
    "CAD_INCIDENT_ID",
    "INCIDENT_DATETIME",
    "INITIAL_CALL_TYPE",
    "INITIAL_SEVERITY_LEVEL_CODE",
    "VALID_INCIDENT_RSPNS_TIME_INDC",
    "SPECIAL_EVENT_INDICATOR",
    "INCIDENT_RESPONSE_SECONDS_QY",
)
VA_STAMPS = ("CallDateandTime", "DispatchDateandTime", "EnrouteDateandTime", "OnSceneDateandTime", "CloseDateandTime")
VA_COLUMNS = ("EMSCallNumber", "CallPriority", *VA_STAMPS)
VA_LEVELS = {"1": 1, "2": 2, "3": 3}
MONTGOMERY_COLUMNS = ("lat", "lng", "title", "timeStamp", "twp", "addr")


def read_new_york(path: Path, place: Place) -> LogTable:
    """New York's incidents. A response without the mark "valid" is taken as unknown, not as 0."""
    calls = Collector(path.name, place)
    for line, row in _rows(path, NYC_COLUMNS, calls):
        key, severity = row["CAD_INCIDENT_ID"], row["INITIAL_SEVERITY_LEVEL_CODE"]
        at = _time(row["INCIDENT_DATETIME"].strip("'"), "%m/%d/%Y %I:%M:%S %p")
        if at is None:
            calls.skip(line, "no time", row["INCIDENT_DATETIME"])
        elif not severity.isdigit() or int(severity) not in NYC_LEVELS:
            calls.skip(line, "no severity from 1 to 9", severity)
        else:
            valid = row["VALID_INCIDENT_RSPNS_TIME_INDC"] == "1"
            calls.add(
                line,
                key,
                city_time(at),
                kind="standby_event" if row["SPECIAL_EVENT_INDICATOR"] == "1" else "emergency",
                priority=NYC_LEVELS[int(severity)],
                complaint=f"nyc-{row['INITIAL_CALL_TYPE']}",
                response_s=_seconds(row["INCIDENT_RESPONSE_SECONDS_QY"]) if valid else None,
            )
    return calls.finish([_PLACED, "complaints are New York's numbers, whose words the file does not give"])


def read_virginia_beach(path: Path, place: Place) -> LogTable:
    """Virginia Beach's calls: turnout, travel, and occupied until closed; nothing is told of transport and handover."""
    calls = Collector(path.name, place)
    for line, row in _rows(path, VA_COLUMNS, calls):
        stamps = {name: _time(row[name], "%m/%d/%y %H:%M") for name in VA_STAMPS}
        rang, sent, left, there, closed = stamps.values()
        if rang is None:
            calls.skip(line, "no time", row["CallDateandTime"])
        elif row["CallPriority"] not in VA_LEVELS:
            calls.skip(line, "no priority from 1 to 3", row["CallPriority"])
        else:
            calls.add(
                line,
                row["EMSCallNumber"],
                city_time(rang),
                kind="emergency",
                priority=VA_LEVELS[row["CallPriority"]],
                response_s=seconds(rang, there),
                turnout_s=seconds(sent, left),
                travel_s=seconds(left, there),
                occupied_s=seconds(sent, closed),
            )
    return calls.finish([_PLACED, "stamps are to the minute: an interval is uncertain by a minute"])


def read_montgomery(path: Path, place: Place) -> LogTable:
    """Montgomery's ambulance calls, of which the file tells time and complaint only; it has no heading and no ids."""
    calls = Collector(path.name, place)
    for line, row in _rows(path, MONTGOMERY_COLUMNS, calls, has_heading=False):
        service, _, complaint = row["title"].partition(":")
        at = _time(row["timeStamp"], "%Y-%m-%d %H:%M")
        if service != "EMS":
            calls.skip(line, "no ambulance call", service)
        elif at is None:
            calls.skip(line, "no time", row["timeStamp"])
        else:
            key = f"{row['timeStamp']} {row['lat']} {row['lng']} {complaint.strip()}"
            calls.add(line, key, city_time(at), kind="emergency", complaint=complaint.strip(" -").lower())
    return calls.finish([_PLACED, "no priorities and no service times in this log"])


_PLACED = "another city's log: wards are drawn by where people live here, clocks are kept as they were"


def _rows(
    path: Path, columns: tuple[str, ...], calls: Collector, *, has_heading: bool = True
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line with its number. Raises `LogError` for a file of another form; short lines are skipped."""
    try:
        text = open_log(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LogError(f"{path} is no text in UTF-8 ({error.reason}); give the CSV file") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), None if has_heading else columns)
    if missing := [name for name in columns if name not in (reader.fieldnames or ())]:
        raise LogError(f"{path} lacks the column {', '.join(missing)}; choose the --format it has")
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            calls.read += 1
            calls.skip(reader.line_num, "the line is no CSV", error)
            continue
        calls.read += 1
        if any(row[name] is None for name in columns):
            calls.skip(reader.line_num, "the line is too short", "")
            continue
        yield reader.line_num, {name: row[name].strip() for name in columns}


def _time(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007  # wall clock: the zone comes with `city_time`
    except ValueError:
        return None


def _seconds(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
