"""The samples that the console folds too: here they fold to the same in Python, and they are up to date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dispatch.domain.events import EVENTS, read_recorded
from dispatch.domain.fold import apply
from dispatch.domain.state import State
from dispatch.errors import Refused
from tests.samples.make import make

SAMPLES = Path(__file__).parents[1] / "samples"
FILES = sorted((SAMPLES / "fold").glob("*.json"))


def read(path: Path) -> dict[str, Any]:
    sample: dict[str, Any] = json.loads(path.read_bytes())
    return sample


def folded(sample: dict[str, Any]) -> State:
    state = msgspec.convert(sample["before"], State)
    for event in sample["events"]:
        apply(state, read_recorded(event))
    return state


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sample_folds_to_its_state_after(path: Path) -> None:
    sample = read(path)
    assert folded(sample) == msgspec.convert(sample["after"], State)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_illegal_event_of_a_sample_raises_and_changes_nothing(path: Path) -> None:
    sample = read(path)
    state = folded(sample)
    for event in sample["illegal"]:
        with pytest.raises(Refused):
            apply(state, read_recorded(event))
    assert state == msgspec.convert(sample["after"], State)


def test_the_samples_tell_every_event_there_is() -> None:
    told = {event["type"] for path in FILES for event in read(path)["events"]}
    setting_up = {"StationRegistered", "HospitalRegistered"}
    assert told == EVENTS.keys() - setting_up


def test_the_samples_on_disk_are_those_that_the_fold_makes_today() -> None:
    assert {path.name: path.read_bytes() for path in FILES} == make()
