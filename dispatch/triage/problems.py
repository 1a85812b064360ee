"""What is wrong with a package, and where."""

from __future__ import annotations

import msgspec

from dispatch.triage.model import ChapterFile, InstructionFile, PackageFile
from dispatch.triage.yaml_lines import Lines, Path, line_of


class Problem(msgspec.Struct, frozen=True):
    """`line` counts from 1."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file} line {self.line}: {self.reason}"


class Source(msgspec.Struct, frozen=True):
    """A file of a package, read into its form, with the line of every path in it."""

    file: str
    lines: Lines
    form: PackageFile | InstructionFile | ChapterFile

    def problem(self, path: Path, reason: str) -> Problem:
        return Problem(self.file, line_of(self.lines, path), reason)
