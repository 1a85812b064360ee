"""
Rows of numbers that need not stay in memory: what a simulated day leaves behind, read afterwards column by column.

Rows are packed into blocks. A full block goes to a temporary file without a name (in `TMPDIR`), which is gone with its
reader; a day of few rows never touches the disk.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from struct import Struct
from tempfile import TemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.errors import ScenarioError

BLOCK = 4096
Table = NDArray[np.void]
"""Rows with named fields."""


class Rows:
    """`layout`: each column's name and code, one that `struct` and NumPy both know. Rows are numbered from 0."""

    def __init__(self, **layout: str) -> None:
        self._struct = Struct("=" + "".join(layout.values()))
        self.dtype = np.dtype(list(layout.items()))
        self._count = 0
        self._blocks: dict[int, bytearray] = {}
        """Those that some row is missing of."""
        self._missing: dict[int, int] = {}
        self._file: int | None = None

    def __len__(self) -> int:
        return self._count

    def add(self) -> int:
        """The number of a row more; what it says is put in once, before anybody reads."""
        row = self._count
        self._count += 1
        if row % BLOCK == 0:
            self._blocks[row // BLOCK] = bytearray(BLOCK * self._struct.size)
            self._missing[row // BLOCK] = BLOCK
        return row

    def put(self, row: int, *values: float) -> None:
        """Say what a row is, in the order of the layout. Raises ScenarioError when the disk is full."""
        block, at = divmod(row, BLOCK)
        self._struct.pack_into(self._blocks[block], at * self._struct.size, *values)
        self._missing[block] -= 1
        if not self._missing[block]:
            self._write(block)

    def blocks(self) -> Iterator[Table]:
        """All rows in their order, some thousand at a time."""
        for first in range(0, self._count, BLOCK):
            yield self._read(first // BLOCK)[: self._count - first]

    def column(self, name: str) -> NDArray[Any]:
        """One column of all rows."""
        found = np.empty(self._count, self.dtype[name])
        for number, block in enumerate(self.blocks()):
            found[number * BLOCK : number * BLOCK + len(block)] = block[name]
        return found

    def take(self, rows: NDArray[np.integer[Any]]) -> Table:
        """These rows; reads the blocks that they lie in."""
        found, block_of = np.empty(len(rows), self.dtype), rows // BLOCK
        for block in np.unique(block_of).tolist():
            mine = block_of == block
            found[mine] = self._read(block)[rows[mine] % BLOCK]
        return found

    def _read(self, block: int) -> Table:
        kept: bytes | bytearray | None = self._blocks.get(block)
        if kept is None:
            assert self._file is not None
            size = BLOCK * self._struct.size
            kept = os.pread(self._file, size, block * size)
        return np.frombuffer(kept, self.dtype)

    def _write(self, block: int) -> None:
        if self._file is None:
            with TemporaryFile() as file:
                self._file = os.dup(file.fileno())
            weakref.finalize(self, os.close, self._file)
        full = memoryview(self._blocks.pop(block))
        at = block * len(full)
        try:
            while full:
                written = os.pwrite(self._file, full, at)
                full, at = full[written:], at + written
        except OSError as error:
            fact = f"what happens cannot be kept ({error.strerror})"
            raise ScenarioError("the folder for temporary files", fact, "make room or name another in TMPDIR") from None
