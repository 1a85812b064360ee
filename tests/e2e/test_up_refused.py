"""A start that cannot succeed says why and what to do, leaves nothing half-written and nothing running."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e.desk_process import DeskProcess, copy_city, free_port, processes_of


class Refused(NamedTuple):
    code: int
    said: str
    left: list[str]
    cities: list[str]
    """What lies in the state's city folder; lock files hold nothing."""


@pytest.fixture(scope="module")
def refused(built_state: Path) -> Iterator[dict[str, Refused]]:
    """Four starts at once, each in a state folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="s115-no-"))
    no_pbf = folder / "hcmc.osm.pbf"
    no_pbf.write_bytes(b"this is no protocol buffer\n" * 100)
    nobody = f"postgresql://desk:geheim%40115@127.0.0.1:{free_port()}/saigon115"
    states = {name: copy_city(built_state, folder / name) for name in ("port", "no_pbf", "missing", "database")}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        desks = {
            "port": DeskProcess(states["port"], port=listener.getsockname()[1]),
            "no_pbf": DeskProcess(states["no_pbf"], "--osm", str(no_pbf)),
            "missing": DeskProcess(states["missing"], "--osm", str(folder / "absent.osm.pbf")),
            "database": DeskProcess(states["database"], env={"DATABASE_URL": nobody}),
        }
        codes = {name: desk.wait() for name, desk in desks.items()}
    yield {
        name: Refused(codes[name], desk.said(), processes_of(desk.state), _cities(desk.state))
        for name, desk in desks.items()
    }
    shutil.rmtree(folder)


def _cities(state: Path) -> list[str]:
    return sorted(path.name for path in (state / "city").iterdir() if path.suffix != ".lock")


def test_a_start_that_fails_leaves_nothing_running_and_nothing_half_written(
    refused: dict[str, Refused], built_state: Path
) -> None:
    whole = _cities(built_state)
    assert {name: found[::2] for name, found in refused.items()} == dict.fromkeys(refused, (1, []))
    assert {name: found.cities for name, found in refused.items()} == dict.fromkeys(refused, whole)


@pytest.mark.parametrize(
    "why",
    [
        "port",
        "missing",
        "database",
        "no_pbf",
    ],
)
def test_a_start_that_fails_says_so_in_one_message(refused: dict[str, Refused], why: str) -> None:
    said = refused[why].said
    assert said.count("saigon115: ") == 1
    assert "Traceback" not in said


def test_a_port_in_use_is_named_with_the_way_out(refused: dict[str, Refused]) -> None:
    said = refused["port"].said
    assert "cannot listen on 127.0.0.1 port" in said
    assert "choose another with --port" in said
    assert "PostgreSQL" not in said


def test_an_extract_that_is_none_is_named_with_the_way_out(refused: dict[str, Refused]) -> None:
    assert "hcmc.osm.pbf cannot be read as an OpenStreetMap extract" in refused["no_pbf"].said
    assert "give another path" in refused["no_pbf"].said
    assert "absent.osm.pbf; check the path" in refused["missing"].said


def test_a_database_out_of_reach_is_named_without_its_password(refused: dict[str, Refused]) -> None:
    said = refused["database"].said
    assert "cannot be reached" in said
    assert "Correct DATABASE_URL, or unset it" in said
    assert "geheim" not in said
