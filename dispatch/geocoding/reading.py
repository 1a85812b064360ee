"""What one reading of a caller's words says about the place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """
    One reading of a query; texts are folded words, absent is None.

    `names` are pieces that name a thing of any kind (a street said without a number, a market); `relation` is the
    folded word that puts the caller beside it ("gan", "doi dien"). `ward` is a number or a name without its word
    for ward; `district` one of the 24 names; `elsewhere` another city that was named; `kilometre` the post of a road;
    `within` the group or quarter of a ward ("tổ 5, khu phố 3"), which no map draws; `away_m` how far from it the
    caller says to be ("cách chợ 200 m"); `left_out` the words before the place that the reading does without.
    """

    house_number: str | None = None
    street: str | None = None
    is_alley: bool = False
    crossing: tuple[str, str] | None = None
    names: tuple[str, ...] = ()
    relation: str | None = None
    ward: str | None = None
    district: str | None = None
    elsewhere: str | None = None
    kilometre: float | None = None
    within: str | None = None
    away_m: float = 0.0
    left_out: str = ""
