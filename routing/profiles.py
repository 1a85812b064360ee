"""
Who may drive where, and how fast: `car`, `ambulance`, `motorbike`, or a planner's own table of the same form.

A profile is one small TOML file (`profile_tables/`), in which every number has its source beside it. Speeds and waits
are those of empty streets; congestion comes with the hour of the week. `docs/speeds.md` argues for our numbers.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from routing.errors import ProfileError, UnknownProfileError
from routing.roads import ROAD_CLASSES

TABLES: Final = Path(__file__).parent / "profile_tables"
# Roads on which driving against the flow is never allowed, roundabouts besides.
NEVER_CONTRAFLOW: Final = ("motorway", "motorway_link", "trunk", "trunk_link")

# Bounds that only a slip of the pen would pass: an hour's wait, a road train's weight.
_Kph = Annotated[float, Meta(gt=0, le=150)]
_Share = Annotated[float, Meta(gt=0, le=3)]
_Times = Annotated[float, Meta(ge=1, le=100)]
_Seconds = Annotated[float, Meta(ge=0, le=3600)]
_Metres = Annotated[float, Meta(gt=0, le=60)]
_Tonnes = Annotated[float, Meta(gt=0, le=60)]


class ClassRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    One road class for one profile: limit (km/h) where none is posted, flow and siren factors.

    `open_kph` is the limit in open country, outside built-up areas (`built_up`); the same where it is not given.
    """

    limit_kph: _Kph
    flow: Annotated[float, Meta(gt=0, le=1.5)]
    siren: _Share = 1.0
    open_kph: _Kph | None = None


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """
    A kind of vehicle on a kind of errand.

    Classes missing from `rules` are closed to it; so are ways narrower than `width_m` (where the map does not say, by
    `assumed_width_m` of their class), lower than `height_m` or weaker than `weight_t`. `kind` says whose signs it goes
    by.

    What it obeys: `contraflow` is how many times longer driving against a one-way takes, `restricted` the same for
    roads closed by a sign, `forbidden_turn_s` the seconds lost by a turn that a sign forbids. `None` means that it
    obeys. Gates kept shut stop a profile without `restricted`; others wait `gate_s` until somebody opens.

    Waits are expected ones in seconds. `signal_s`, `give_way_s` and `equal_junction_s` are for entering a junction,
    `right_s`, `left_s`, `sharp_s` and `u_turn_s` for bending there, in right-hand traffic; `boarding_s` is for a ferry.
    `congestion` is the share of a car's slowdown by the hour of the week that it feels (1: all of it, 0: none).
    """

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
    kind: Literal["car", "ambulance", "motorbike"]
    two_wheels: bool
    width_m: _Metres
    height_m: _Metres
    weight_t: _Tonnes
    top_speed_kph: _Kph
    contraflow: _Times | None = None
    restricted: _Times | None = None
    forbidden_turn_s: _Seconds | None = None
    gate_s: _Seconds
    congestion: Annotated[float, Meta(ge=0, le=1)]
    signal_s: _Seconds
    give_way_s: _Seconds
    equal_junction_s: _Seconds
    right_s: _Seconds
    left_s: _Seconds
    sharp_s: _Seconds
    u_turn_s: _Seconds
    boarding_s: _Seconds
    assumed_width_m: Mapping[str, _Metres]
    rules: Mapping[str, ClassRule] = msgspec.field(name="classes")

    @property
    def minds_visitors(self) -> bool:
        """Whether it visits private streets without driving through, and none for residents (`visitors`)."""
        return self.restricted is None and not self.two_wheels


def load_profile(path: Path) -> Profile:
    """The profile in a TOML file; raises `ProfileError` naming the file, the key and the way out."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProfileError(f"the profile {path} cannot be read ({error.strerror}); give another path") from error
    except ValueError as error:
        raise ProfileError(f"the profile {path} is no TOML ({error}); start from a file in {TABLES}") from error
    try:
        classes, widths = _by_class(table, "classes"), _by_class(table, "assumed_width_m")
        if not classes:
            raise _Slip("classes", "no road class is open to it")
        rules = {name: _convert(rule, ClassRule, f"classes.{name}") for name, rule in classes.items()}
        metres = {name: _convert(width, _Metres, f"assumed_width_m.{name}") for name, width in widths.items()}
        plain = table | {"classes": {}, "assumed_width_m": {}}
        profile: Profile = _convert(plain, Profile, "")
    except _Slip as slip:
        raise ProfileError(
            f"the profile {path} cannot be used: {slip.key or 'its keys'}: {slip.reason}; "
            f"correct it, or start from a file in {TABLES}"
        ) from slip
    return msgspec.structs.replace(profile, rules=MappingProxyType(rules), assumed_width_m=MappingProxyType(metres))


def get_profile(name: str) -> Profile:
    """The profile of that name; raises `UnknownProfileError` naming those there are."""
    try:
        return PROFILES[name]
    except KeyError:
        raise UnknownProfileError(f"no profile {name!r}; choose one of {', '.join(PROFILES)}") from None


def find_profile(name_or_path: str) -> Profile:
    """A profile of ours by name, or one in a file whose path ends with `.toml`."""
    return load_profile(Path(name_or_path)) if name_or_path.endswith(".toml") else get_profile(name_or_path)


class _Slip(Exception):
    """What is wrong with which key of a table."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason


def _by_class(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A table with a row for each of some road classes."""
    found = table.get(key)
    if not isinstance(found, dict):
        raise _Slip(key, "this table is missing")
    if unknown := sorted(set(found) - set(ROAD_CLASSES)):
        raise _Slip(f"{key}.{unknown[0]}", f"no such road class; there are {', '.join(ROAD_CLASSES)}")
    return found


def _convert(value: Any, kind: Any, key: str) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        reason, _, where = str(error).partition(" - at `$")
        raise _Slip(".".join(part for part in (key, where.strip("`.")) if part), reason) from error


PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {name: load_profile(TABLES / f"{name}.toml") for name in ("car", "ambulance", "motorbike")}
)
