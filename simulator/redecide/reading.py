"""The events of an export, line by line: a log may be larger than memory."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from dispatch.domain.events import Recorded, read_recorded
from simulator.logs.table import LogError

UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, msgspec.MsgspecError)


class BrokenLine(Exception):
    """A line that is no event of ours, after some that were."""


def read_events(path: Path) -> Iterator[Recorded]:
    """Every event of `saigon115 log export`, also gzipped. Raises `LogError`, or `BrokenLine` after the first event."""
    number = 0
    try:
        with _open(path) as file:
            for number, line in enumerate(file, 1):
                try:
                    event = read_recorded(msgspec.json.decode(line))
                except UNREADABLE as error:
                    raise BrokenLine(f"line {number} is no event of ours: {str(error)[:80]}") from None
                yield event
    except BrokenLine as error:
        if number == 1:
            raise LogError(f"{path}: {error}; write one with 'saigon115 log export'") from None
        raise
    except FileNotFoundError:
        raise LogError(f"no file {path}; write one with 'saigon115 log export'") from None
    except (OSError, EOFError) as error:
        raise LogError(f"{path} cannot be read ({error}); is it whole?") from None
    if not number:
        raise LogError(f"{path} is empty; write one with 'saigon115 log export'")


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]  # it reads bytes
