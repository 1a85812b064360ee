"""What a vehicle should have on board: the city's list, and what a vehicle lacks of it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from dispatch.domain.state import Vehicle
from dispatch.domain.words import UnitKind


class Supply(msgspec.Struct, frozen=True, kw_only=True):
    """An item and its par level: what should be on board, by kind of vehicle; none where a kind is not named."""

    code: str
    name_vi: str
    name_en: str
    unit: str
    par: dict[UnitKind, int]


class SupplyList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole list; `approved_by` says who of 115 has signed it."""

    supply: tuple[Supply, ...]
    approved_by: str
    note: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(item.code for item in self.supply)


def load_supplies(path: Path) -> SupplyList:
    """Read the table. Raises msgspec.ValidationError, OSError or tomllib.TOMLDecodeError naming what is wrong."""
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), SupplyList)


def lacking(vehicle: Vehicle, supplies: SupplyList) -> dict[str, int]:
    """By item, how much is missing to par; empty as long as nobody has counted, for then nothing is known."""
    if vehicle.stocked_at is None:
        return {}
    short = {item.code: item.par.get(vehicle.kind, 0) - vehicle.supplies.get(item.code, 0) for item in supplies.supply}
    return {code: count for code, count in short.items() if count > 0}
