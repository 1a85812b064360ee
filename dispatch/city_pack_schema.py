"""The rows of the city pack: what `data/hcmc` says about the city, one class a table."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from dispatch.domain.words import HospitalResource

Lon = Annotated[float, Meta(ge=106.0, le=108.0)]
Lat = Annotated[float, Meta(ge=8.0, le=12.0)]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Positive = Annotated[float, Meta(gt=0.0, lt=1e9)]
Text = Annotated[str, Meta(min_length=1)]
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Status = Literal["confirmed", "assumed"]
StationKind = Literal["centre", "own", "shared", "waterway"]
UnitKind = Literal["van", "motorbike", "boat"]
Skill = Literal["doctor", "nurse", "convey"]


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of a table; a cell left empty is absent."""


class StationRow(Row, frozen=True, kw_only=True):
    """A 115 station. Centre-run stations cannot refuse; `status` speaks of the station, not of its kind."""

    id: Slug
    name_vi: Text
    name_en: Text
    host_hospital_id: Slug
    kind: StationKind
    can_refuse: bool
    area: Text
    lon: Lon
    lat: Lat
    phone: str | None = None
    source: Text
    source_date: Text
    status: Status
    note: str = ""


class HospitalRow(Row, frozen=True, kw_only=True):
    """A hospital. `destination`: patients may be taken there; with `capabilities`, general knowledge only."""

    id: Slug
    name_vi: Text
    name_en: Text
    lon: Lon
    lat: Lat
    emergency: bool
    capabilities: tuple[Slug, ...] = ()
    destination: bool
    source: Text
    source_date: Text
    status: Status
    note: str = ""


class UnitRow(Row, frozen=True, kw_only=True):
    """A vehicle by its call sign. Only a `staffed` one is a unit that can be sent."""

    id: Annotated[str, Meta(pattern=r"^115-[MB]?[0-9]{2,3}$")]
    station_id: Slug
    kind: UnitKind
    skills: tuple[Skill, ...] = ()
    staffed: bool
    status: Status
    note: str = ""


class WardRow(Row, frozen=True, kw_only=True):
    """One of the 168 wards of July 2025. `population_2019` is absent outside the old city."""

    code: Text
    name: Text
    name_en: Text
    area_km2: Positive
    population_2019: Annotated[int, Meta(ge=0)] | None = None
    share_in_old_city: Share


class OldWardRow(Row, frozen=True, kw_only=True):
    """One of the 322 wards of the census of 2019, with a point inside it and the new ward around that point."""

    code: Text
    name: str = ""
    name_ascii: Text
    name_source: str = ""
    kind: Text
    district: Text
    lon: Lon
    lat: Lat
    population_2019: Annotated[int, Meta(ge=0)]
    new_ward: Text
    new_wards_by_area: tuple[str, ...] = ()


class HourRow(Row, frozen=True, kw_only=True):
    """How busy an hour of the week is, against a mean of 1; local time."""

    weekday: Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    hour: Annotated[int, Meta(ge=0, le=23)]
    factor: Positive


class Complaint(Row, frozen=True, kw_only=True):
    """What a caller complains of, and the level (1 red – 4 green) a call about it starts with."""

    code: Annotated[str, Meta(pattern=r"^[a-z]+(_[a-z]+)*$")]
    name_vi: Text
    name_en: Text
    level: Annotated[int, Meta(ge=1, le=4)]
    needs: tuple[Skill, ...] = ()
    synonyms_vi: tuple[Text, ...] = ()
    synonyms_en: tuple[Text, ...] = ()


class DestinationNeed(Row, frozen=True, kw_only=True):
    """What a complaint asks of a hospital; `nearest_always`: the nearest emergency department leads."""

    complaint: Text
    capabilities: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    resource: HospitalResource = "ed_bed"
    nearest_always: bool = False


class Package(Row, frozen=True, kw_only=True):
    """Who stands behind the complaints. `approved_by` "none": never lowers a level, never feeds auto-dispatch."""

    id: Text
    version: Text
    approved_by: Text
    date: Text
    licence: Text

    @property
    def is_approved(self) -> bool:
        return self.approved_by != "none"


class Demand(Row, frozen=True, kw_only=True):
    """
    What the demo load draws from; times in seconds, shares 0–1. A stand-in: see `data/README.md`.

    `ward_weight` sums to 1 over the wards that have a population. `hour_of_week` has 168 factors of mean 1,
    Monday 00:00 local time first. Medians go with a lognormal's spread `…_sd_log`.
    """

    calls_per_day: Positive
    share_no_content: Share
    share_emergency: Share
    share_duplicate: Share
    share_with_phone_position: Share
    phone_position_radius_m: Positive
    ward_weight: dict[str, float]
    hour_of_week: tuple[float, ...]
    complaint_mix: dict[str, Share]
    to_incident_median_s: Positive
    to_incident_sd_log: Positive
    refusal_probability: Share
    no_answer_probability: Share
    answer_median_s: Positive
    answer_sd_log: Positive
    refusal_reasons: dict[str, Share]
    turnout_median_s: Positive
    turnout_sd_log: Positive
    on_scene_mean_s: Positive
    on_scene_sd_s: Positive
    handover_mean_s: Positive
    handover_sd_s: Positive
    share_conveyed: Share
    share_no_patient: Share
