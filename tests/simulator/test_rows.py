"""Rows that leave memory are read as they were put, whatever the order, and a full disk is said."""

from __future__ import annotations

import os

import numpy as np
import pytest

from simulator.errors import ScenarioError
from simulator.rows import BLOCK, Rows


def filled(count: int) -> Rows:
    """Each row says its number and its half; put in the other way round."""
    rows = Rows(number="i", half="d")
    for row in reversed([rows.add() for _ in range(count)]):
        rows.put(row, row, row / 2)
    return rows


@pytest.mark.parametrize("count", [0, 1, BLOCK, 2 * BLOCK + 3])
def test_columns_come_back_in_the_order_of_the_rows(count: int) -> None:
    rows = filled(count)
    assert rows.column("number").tolist() == list(range(count))
    assert np.array_equal(rows.column("half"), np.arange(count) / 2)
    assert sum(len(block) for block in rows.blocks()) == len(rows) == count


def test_rows_are_taken_from_wherever_they_lie() -> None:
    wanted = np.array([2 * BLOCK + 1, 5, BLOCK, 5])
    assert filled(2 * BLOCK + 3).take(wanted)["number"].tolist() == wanted.tolist()


def test_few_rows_touch_no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/nowhere")
    assert len(filled(BLOCK - 1)) == BLOCK - 1


def test_a_full_disk_is_said_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(ScenarioError, match=r"No space left on device.*TMPDIR"):
        filled(BLOCK)
