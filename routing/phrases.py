"""
The words of instructions, in Vietnamese and English: short, as they are read out on the way.

`{street}` is the street's name; the second phrase of a pair stands where it has none.
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from routing.instructions import Instruction

_COMPASS: Final = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
_DIRECTIONS: Final = {
    "vi": dict(zip(_COMPASS, ("bắc", "đông bắc", "đông", "đông nam", "nam", "tây nam", "tây", "tây bắc"), strict=True)),
    "en": dict(
        zip(
            _COMPASS,
            ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"),
            strict=True,
        )
    ),
}
PHRASES: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "vi": {
        "depart": ("Đi về hướng {heading} theo {street}", "Đi về hướng {heading}"),
        "continue": ("Đi tiếp theo {street}", "Đi tiếp"),
        "cross": ("Qua {street}", "Đi tiếp"),
        "slight_left": ("Chếch trái vào {street}", "Chếch trái"),
        "left": ("Rẽ trái vào {street}", "Rẽ trái"),
        "sharp_left": ("Ngoặt gắt sang trái vào {street}", "Ngoặt gắt sang trái"),
        "slight_right": ("Chếch phải vào {street}", "Chếch phải"),
        "right": ("Rẽ phải vào {street}", "Rẽ phải"),
        "sharp_right": ("Ngoặt gắt sang phải vào {street}", "Ngoặt gắt sang phải"),
        "keep_left": ("Giữ bên trái theo {street}", "Giữ bên trái"),
        "keep_right": ("Giữ bên phải theo {street}", "Giữ bên phải"),
        "uturn": ("Quay đầu vào {street}", "Quay đầu"),
        "roundabout": ("Vào vòng xoay, ra lối thứ {exit} vào {street}", "Vào vòng xoay, ra lối thứ {exit}"),
        "enter_roundabout": ("Vào vòng xoay {street}", "Vào vòng xoay"),
        "leave_roundabout": ("Ra khỏi vòng xoay vào {street}", "Ra khỏi vòng xoay"),
        "ramp_left": ("Vào đường nhánh bên trái, {street}", "Vào đường nhánh bên trái"),
        "ramp_right": ("Vào đường nhánh bên phải, {street}", "Vào đường nhánh bên phải"),
        "ramp": ("Vào đường nhánh, {street}", "Vào đường nhánh"),
        "merge": ("Nhập vào {street}", "Nhập vào đường chính"),
        "join": ("Vào {street}", "Vào đường"),
        "ferry": ("Lên phà {street}", "Lên phà"),
        "off_road": (
            "Đi ngoài đường có trên bản đồ, hướng {heading}",
            "Đi ngoài đường có trên bản đồ, hướng {heading}",
        ),
        "arrive": ("Đến nơi", "Đến nơi"),
        "arrive_left": ("Đến nơi, bên trái đường", "Đến nơi, bên trái đường"),
        "arrive_right": ("Đến nơi, bên phải đường", "Đến nơi, bên phải đường"),
    },
    "en": {
        "depart": ("Head {heading} on {street}", "Head {heading}"),
        "continue": ("Continue on {street}", "Continue"),
        "cross": ("Cross {street}", "Continue"),
        "slight_left": ("Bear left onto {street}", "Bear left"),
        "left": ("Turn left onto {street}", "Turn left"),
        "sharp_left": ("Turn sharp left onto {street}", "Turn sharp left"),
        "slight_right": ("Bear right onto {street}", "Bear right"),
        "right": ("Turn right onto {street}", "Turn right"),
        "sharp_right": ("Turn sharp right onto {street}", "Turn sharp right"),
        "keep_left": ("Keep left on {street}", "Keep left"),
        "keep_right": ("Keep right on {street}", "Keep right"),
        "uturn": ("Make a U-turn onto {street}", "Make a U-turn"),
        "roundabout": ("At the roundabout take exit {exit} onto {street}", "At the roundabout take exit {exit}"),
        "enter_roundabout": ("Enter the roundabout {street}", "Enter the roundabout"),
        "leave_roundabout": ("Leave the roundabout onto {street}", "Leave the roundabout"),
        "ramp_left": ("Take the ramp on the left, {street}", "Take the ramp on the left"),
        "ramp_right": ("Take the ramp on the right, {street}", "Take the ramp on the right"),
        "ramp": ("Take the ramp, {street}", "Take the ramp"),
        "merge": ("Merge onto {street}", "Merge onto the main road"),
        "join": ("Join {street}", "Join the road"),
        "ferry": ("Board the ferry {street}", "Board the ferry"),
        "off_road": ("Leave the mapped roads, heading {heading}", "Leave the mapped roads, heading {heading}"),
        "arrive": ("Arrive", "Arrive"),
        "arrive_left": ("Arrive, on the left", "Arrive, on the left"),
        "arrive_right": ("Arrive, on the right", "Arrive, on the right"),
    },
}
_FLAGS: Final = {
    "vi": {
        "closed": "ĐƯỜNG ĐANG ĐÓNG",
        "against_oneway": "NGƯỢC CHIỀU",
        "restricted": "ĐƯỜNG CẤM",
        "forbidden_turn": "RẼ NƠI CẤM RẼ",
    },
    "en": {
        "closed": "ROAD CLOSED",
        "against_oneway": "AGAINST ONE-WAY",
        "restricted": "NO ENTRY",
        "forbidden_turn": "FORBIDDEN TURN",
    },
}
_STAYS: Final = {"vi": "{turn}, vẫn theo {street}", "en": "{turn} to stay on {street}"}
# Of these the street is the point, the same or not.
_NO_STAYS: Final = ("continue", "cross", "depart", "keep_left", "keep_right", "ferry", "join")
LANGUAGES: Final = tuple(PHRASES)


def compass(heading_deg: float) -> str:
    """One of eight directions."""
    return _COMPASS[round(heading_deg / 45.0) % 8]


def phrase(told: "Instruction", language: str) -> str:
    """An instruction as a sentence; what is irregular stands first, in capitals."""
    kind = _kind(told)
    named, bare = PHRASES[language][kind]
    stays = told.stays and kind not in _NO_STAYS
    words = (bare if stays or told.name is None else named).format(
        street=told.name, exit=told.exit, heading=_DIRECTIONS[language].get(told.heading or "", "")
    )
    if stays and not kind.startswith("ramp"):
        words = _STAYS[language].format(turn=words, street=told.name)
    if told.distance_m >= 1.0:
        words += f", {spoken(told.distance_m, language)}"
    flags = " · ".join(_FLAGS[language][flag] for flag in told.flags)
    return f"⚠ {flags}: {words}" if flags else words


def spoken(distance_m: float, language: str) -> str:
    """A distance as one says it: 80 m, 350 m, 1.2 km, 14 km; tens below 100 m, fifties below a kilometre."""
    step = 10 if distance_m < 95 else 50
    metres = max(step, round(distance_m / step) * step)
    if metres < 1000:
        return f"{metres} m"
    kilometres = f"{distance_m / 1000:.1f}" if distance_m < 9_950 else f"{distance_m / 1000:.0f}"
    return f"{kilometres.replace('.', ',') if language == 'vi' else kilometres} km"


def _kind(told: "Instruction") -> str:
    if told.maneuver == "roundabout" and told.exit is None:
        return "enter_roundabout"
    is_crossing = told.name is not None and told.name.startswith(("Cầu ", "Hầm "))
    return "cross" if told.maneuver == "continue" and is_crossing else told.maneuver
