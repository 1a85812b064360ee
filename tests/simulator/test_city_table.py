"""The table of travel times as a file: whole, or not there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator import city_table
from simulator.city_table import CityTable

TABLE = CityTable(
    time_s=[[np.array([[0.0, 5.0], [6.0, 0.0]], dtype=np.float32)]],
    band=[0] * 168,
    distance_m=np.array([[0.0, 50.0], [60.0, 0.0]], dtype=np.float32),
    error={"mean_s": 1.5},
)


def test_runs_that_make_the_same_table_write_parts_of_their_own(tmp_path: Path) -> None:
    others = tmp_path / f"table.{os.getpid() + 1}.part.npz"
    others.write_bytes(b"half of it")
    city_table._save(tmp_path / "table.npz", TABLE)
    kept = city_table._load(tmp_path / "table.npz")
    assert (kept.distance_m.tolist(), kept.error) == (TABLE.distance_m.tolist(), TABLE.error)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["table.npz", others.name])
    assert others.read_bytes() == b"half of it"


def test_a_table_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(part: Path, **columns: Any) -> None:
        part.write_bytes(b"half of it")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="no space"):
        city_table._save(tmp_path / "table.npz", TABLE)
    assert list(tmp_path.iterdir()) == []
