from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.siting.problem import SitingError
from simulator.siting.tables import read_candidates, read_demand, read_times


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_tables_of_another_city_are_read(tmp_path: Path) -> None:
    demand, weight = read_demand(write(tmp_path / "d.csv", "\ufeffweight, id ,name\n3,a,Chợ\n0.5, b ,\n"))
    sites = read_candidates(write(tmp_path / "c.csv", "id,lat,lon,existing,units\nx,10.7,106.7,yes,2\ny,,,no,\n"))
    assert (demand.ids, demand.names, weight.tolist()) == (("a", "b"), ("Chợ", "b"), [3.0, 0.5])
    assert (sites.points.ids, sites.kept.tolist(), sites.units.tolist()) == (("x", "y"), [True, False], [2, 0])
    assert sites.points.lonlat[0].tolist() == [106.7, 10.7]
    assert np.isnan(sites.points.lonlat[1]).all()
    text = "to,from,seconds\na,x,60\na,y,\nb,x,5.5\nb,y,0\n"
    assert read_times(write(tmp_path / "m.csv", text), sites.points, demand).tolist() == [[60, np.inf], [5.5, 0]]


def test_an_existing_station_has_one_unit_unless_told(tmp_path: Path) -> None:
    sites = read_candidates(write(tmp_path / "c.csv", "id,existing\nx,TRUE\ny,\n"))
    assert sites.units.tolist() == [1, 0]


def test_what_saigon115_matrix_writes_is_read(tmp_path: Path) -> None:
    demand, _ = read_demand(write(tmp_path / "d.csv", "id,weight\na,1\n"))
    sites = read_candidates(write(tmp_path / "c.csv", "id\nx\n"))
    text = "origin,destination,time_s,distance_m\nx,a,61.250,800.0\n"
    assert read_times(write(tmp_path / "m.csv", text), sites.points, demand).tolist() == [[61.25]]


def times(text: str) -> Callable[[Path], object]:
    def ask(folder: Path) -> object:
        demand, _ = read_demand(write(folder / "d.csv", "id,weight\na,1\nb,1\n"))
        sites = read_candidates(write(folder / "c.csv", "id\nx\n"))
        return read_times(write(folder / "m.csv", text), sites.points, demand)

    return ask


@pytest.mark.parametrize(
    ("ask", "fact"),
    [
        (lambda folder: read_demand(folder / "none.csv"), "cannot be read"),
        (lambda folder: read_demand(write(folder / "d.csv", "id,people\n")), "lacks the column weight"),
        (lambda folder: read_demand(write(folder / "d.csv", "id,weight\n")), "holds nothing"),
        (lambda folder: read_demand(write(folder / "d.csv", "id,weight\na,many\n")), "line 2: weight is 'many'"),
        (lambda folder: read_demand(write(folder / "d.csv", "id,weight\na,1\na,2\n")), "two demand points are called"),
        (lambda folder: read_demand(write(folder / "d.csv", "id,weight\n,1\n")), "line 2: the id is empty"),
        (lambda folder: read_demand(write(folder / "d.csv", "id,weight,lat\na,1,106\n")), "lat is 106, beyond ±90"),
        (lambda folder: read_candidates(write(folder / "c.csv", "id,existing\nx,maybe\n")), "existing is 'maybe'"),
        (lambda folder: read_candidates(write(folder / "c.csv", "id,units\nx,1.5\n")), "units is 1.5; give a whole"),
        (lambda folder: read_candidates(write(folder / "c.csv", "id,units\nx,-1\n")), "units is -1; give a whole"),
        (times("from,to\nx,a\n"), "its first line must be from,to,seconds"),
        (times("from,to,seconds\nx,a,1\nx,c,2\n"), "line 3: no demand point 'c' in the other tables"),
        (times("from,to,seconds\nz,a,1\n"), "line 2: no candidate 'z'"),
        (times("from,to,seconds\nx,a,1\nx,a,1\n"), "x → a is there twice"),
        (times("from,to,seconds\nx,a,1\n"), "lacks x → b; give every pair"),
        (times("from,to,seconds\nx,a,soon\n"), "seconds is 'soon'"),
    ],
)
def test_a_slip_in_a_table_is_named(tmp_path: Path, ask: Callable[[Path], Any], fact: str) -> None:
    with pytest.raises(SitingError, match=fact):
        ask(tmp_path)


def test_a_table_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_bytes(b"id,weight\n\xff\xfe,1\n")
    with pytest.raises(SitingError, match="no text in UTF-8"):
        read_demand(tmp_path / "d.csv")
