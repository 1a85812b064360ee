"""
The package in force on this node: the one whose hash stands in the log, its files kept beside it in the database.

So every node decides by the same package, whatever lies in its own folder, and a decision of last year can be read with
the package it was made by. A package that this version cannot read leaves the last good one in use, loudly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import structlog

from dispatch.database import Connection, Pool, borrowed
from dispatch.desk import Answer, Command, Decision, Desk
from dispatch.domain import events as ev
from dispatch.domain.state import State
from dispatch.errors import StartError, Unavailable
from dispatch.triage.load import PackageRefused, read_files, read_package
from dispatch.triage.model import Package
from dispatch.triage.show import about

log = structlog.get_logger()


class Protocol:
    """One per process. `folder` is where the files are edited; it is read at the first start and at a reload only."""

    def __init__(self, pool: Pool, desk: Desk, folder: Path, complaints: Collection[str]) -> None:
        self._pool, self._desk, self.folder = pool, desk, folder
        self._complaints = frozenset(complaints)
        self._package: Package | None = None
        self._unreadable: str | None = None
        self._reading = asyncio.Lock()

    async def start(self) -> None:
        """Adopt the folder's package where none is in force yet. Raises StartError when that cannot be read."""
        if self._desk.state.protocol.package_hash is None or await self._fetched() is None:
            try:
                await self.reload(Command(actor="system:protocol"))
            except PackageRefused as refused:
                raise StartError(f"{refused}; or unset SAIGON115_PROTOCOL_DIR") from None

    async def current(self) -> Package:
        """The package to decide by. One that was adopted a moment ago elsewhere is fetched first."""
        package = await self._fetched()
        if package is None:
            raise Unavailable(
                "no protocol package can be read on this node; reload one: POST /api/v1/protocol/reload",
                code="no_protocol",
            )
        return package

    async def check(self) -> dict[str, Any]:
        """What a reload would adopt; nothing changes. Raises PackageRefused with every problem."""
        _, package = await self._read_folder()
        return {"check": True, "changed": package.hash != self._desk.state.protocol.package_hash, **_counts(package)}

    async def reload(self, command: Command) -> Answer:
        """Read the folder again and adopt it as a fact. Refused with file and line, what was in force stays."""
        files, package = await self._read_folder()

        def decide(state: State, now: datetime) -> Decision:
            changed = state.protocol.package_hash != package.hash
            told = {"check": False, "changed": changed, **_counts(package)}
            if not changed:
                return Decision([], lambda after: {**told, "adopted": after.protocol})
            adopted = ev.ProtocolAdopted(
                package_id=package.header.id,
                package_version=package.header.version,
                package_hash=package.hash,
                approved_by=package.header.approved_by,
                effective=package.header.effective,
            )
            return Decision(
                [adopted],
                lambda after: {**told, "adopted": after.protocol},
                within=lambda conn: _store(conn, package.hash, files),
            )

        answer = await self._desk.execute(command, decide)
        if self._desk.state.protocol.package_hash == package.hash:
            self._package = package
        return answer

    async def _read_folder(self) -> tuple[dict[str, str], Package]:
        """In a thread: a package with its tests takes some tenths of a second."""
        files = await asyncio.to_thread(read_files, self.folder)
        return files, await asyncio.to_thread(read_package, files, self._complaints)

    async def _fetched(self) -> Package | None:
        """The package of the log's hash, else the last good one."""
        async with self._reading:
            wanted = self._desk.state.protocol.package_hash
            if wanted is None or wanted == self._unreadable or (self._package and self._package.hash == wanted):
                return self._package
            try:
                files = await self._stored(wanted)
                self._package = await asyncio.to_thread(read_package, files, self._complaints)
            except PackageRefused as refused:
                self._unreadable = wanted
                log.error("the protocol in force cannot be read by this version; the last good one is used",
                          why=str(refused))  # fmt: skip
            except Unavailable:
                log.warning("the protocol in force cannot be fetched yet; the last good one is used")
            return self._package

    async def _stored(self, wanted: str) -> dict[str, str]:
        async with borrowed(self._pool) as conn:
            cursor = await conn.execute("SELECT files FROM protocol_packages WHERE hash = %s", [wanted])
            row = await cursor.fetchone()
        return dict(row[0]) if row else {}


def _counts(package: Package) -> dict[str, Any]:
    return {**about(package), "chapters": len(package.chapters), "tests": len(package.cases)}


async def _store(conn: Connection, digest: str, files: Mapping[str, str]) -> None:
    await conn.execute(
        "INSERT INTO protocol_packages (hash, files) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [digest, msgspec.json.encode(files).decode()],
    )
