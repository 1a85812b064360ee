"""A comparison in sentences that a director can read: what changes, by how much, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

SURE_P, LIKELY_P = 0.05, 0.20
"""Below the first (after Holm) a difference is told as one; below the second as a hint (guess)."""
NO_BREAK = "\N{NO-BREAK SPACE}"


class Tongue(NamedTuple):
    """How a language writes numbers; differences of shares are told in points of a hundred."""

    comma: str
    points: str
    minutes: str


TONGUES = {"vi": Tongue(",", "điểm %", "phút"), "en": Tongue(".", "points", "min")}
Both = dict[str, str]
"""A text in each of them."""


class Figure(NamedTuple):
    """A figure that is compared: its name in both languages, its kind, and which way is better."""

    vi: str
    en: str
    kind: str
    less_is_better: bool


FIGURES = {
    "response_mean_s": Figure("Đáp ứng trung bình", "Mean response", "s", True),
    "response_p90_s": Figure("Đáp ứng p90", "Response p90", "s", True),
    "within_target": Figure("Tỷ lệ trong đích", "Share within target", "share", False),
    "red_response_mean_s": Figure("Ca đỏ: đáp ứng trung bình", "Red: mean response", "s", True),
    "red_within_target": Figure("Ca đỏ: tỷ lệ trong đích", "Red: share within target", "share", False),
    "wait_mean_s": Figure("Chờ kíp nhận", "Wait for a unit", "s", True),
    "lost": Figure("Ca mất", "Calls lost", "count", True),
}


GRAVEST_FIRST = (
    "red_within_target", "red_response_mean_s", "within_target", "response_mean_s", "response_p90_s", "wait_mean_s",
    "lost",
)  # fmt: skip


def conclude(result: dict[str, Any]) -> dict[str, dict[str, str]]:
    """
    One sentence an option, of all its figures: what is surely better and what surely worse, red calls first.

    Each figure is judged as in `verdict`, by itself: of many figures one may seem to differ by chance.
    """
    return {
        name: _conclusion(found, result["titles"][result["baseline"]], result["replications"])
        for name, found in result["differences"].items()
    }


def _conclusion(found: dict[str, Any], base: str, days: int) -> dict[str, str]:
    if not any(row["low"] or row["high"] for row in found.values()):
        return {
            "tone": "none",
            "vi": f"Như {base} mọi ngày, ở mọi chỉ số.",
            "en": f"As {base} on every day, in every figure.",
        }
    tones: dict[str, list[str]] = {"better": [], "worse": [], "maybe": [], "none": []}
    for key in GRAVEST_FIRST:
        if key in found:
            tones[verdict(found[key], FIGURES[key])["tone"]].append(key)
    better, worse = (
        {language: _told(found, tones[tone], language) for language in TONGUES} for tone in ("better", "worse")
    )
    if tones["better"] and tones["worse"]:
        return {
            "tone": "maybe",
            "vi": f"Được và mất so với {base}: tệ hơn ở {worse['vi']}; tốt hơn ở {better['vi']}.",
            "en": f"Gains and losses against {base}: worse in {worse['en']}; better in {better['en']}.",
        }
    if tones["better"]:
        return {
            "tone": "better",
            "vi": f"Tốt hơn {base}: {better['vi']}. Không chỉ số nào chắc chắn tệ hơn.",
            "en": f"Better than {base}: {better['en']}. No figure is surely worse.",
        }
    if tones["worse"]:
        return {
            "tone": "worse",
            "vi": f"Tệ hơn {base}: {worse['vi']}. Không chỉ số nào chắc chắn tốt hơn.",
            "en": f"Worse than {base}: {worse['en']}. No figure is surely better.",
        }
    return {
        "tone": "none",
        "vi": f"Sau {days} lần lặp chưa thấy khác {base} một cách chắc chắn; chạy thêm trước khi chọn theo con số.",
        "en": f"After {days} replications no sure difference to {base}; run more before choosing by figures.",
    }


def _told(found: dict[str, Any], keys: list[str], language: str) -> str:
    """Figures with their differences, in a row."""
    tongue = TONGUES[language]
    names = {key: getattr(FIGURES[key], language) for key in keys}
    return "; ".join(
        f"{names[key][0].lower()}{names[key][1:]} {signed(found[key]['mean'], FIGURES[key].kind, tongue)}"
        for key in keys
    )


def rows_of(result: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """One row a figure: numbers as they are read, and one sentence of verdict in each language."""
    base, other = result["means"][result["baseline"]], result["means"][name]
    found = []
    for key, row in result["differences"][name].items():
        about = FIGURES.get(key, Figure(key, key, "count", True))
        differences = {part: _both(signed, row[part], about.kind) for part in ("mean", "low", "high")}
        found.append(
            {
                "about": about,
                "base": _both(shown, base[key]["mean"], about.kind),
                "other": _both(shown, other[key]["mean"], about.kind),
                **differences,
                "row": row,
                **verdict(row, about),
            }
        )
    return found


def _both(write: Callable[[float, str, Tongue], str], value: float, kind: str) -> Both:
    return {language: write(value, kind, tongue) for language, tongue in TONGUES.items()}


def verdict(row: dict[str, Any], about: Figure) -> dict[str, str]:
    """`tone`: better, worse, maybe or none; and the sentence."""
    size, low, high = (_both(signed, row[key], about.kind) for key in ("mean", "low", "high"))
    if row["mean"] == 0 and row["low"] == 0 == row["high"]:
        return {"tone": "none", "vi": "Như nhau mọi ngày.", "en": "The same on every day."}
    is_better = (row["mean"] < 0) == about.less_is_better
    vi_way, en_way = ("Tốt hơn", "Better") if is_better else ("Tệ hơn", "Worse")
    between_vi, between_en = f"từ {low['vi']} đến {high['vi']}", f"between {low['en']} and {high['en']}"
    if row["p_holm"] < SURE_P:
        return {
            "tone": "better" if is_better else "worse",
            "vi": f"{vi_way}: {size['vi']}; gần như chắc là {between_vi}.",
            "en": f"{en_way}: {size['en']}; almost surely {between_en}.",
        }
    if row["p_holm"] < LIKELY_P:
        return {
            "tone": "maybe",
            "vi": f"Có thể {vi_way.lower()} ({size['vi']}), nhưng chưa chắc: {between_vi}. Chạy thêm ngày.",
            "en": f"Perhaps {en_way.lower()} ({size['en']}), but not certain: {between_en}. Run more days.",
        }
    return {
        "tone": "none",
        "vi": f"Không thấy khác: {between_vi} đều có thể.",
        "en": f"No difference to be seen: anything {between_en} is possible.",
    }


def shown(value: float, kind: str, tongue: Tongue) -> str:
    """512 s → 8:32; 0.823 → 82.3 %."""
    if kind == "s":
        return f"{round(value) // 60}:{round(value) % 60:02d}"
    told = f"{100 * value if kind == 'share' else value:.1f}".replace(".", tongue.comma)
    return f"{told}{NO_BREAK}%" if kind == "share" else told


def signed(value: float, kind: str, tongue: Tongue) -> str:
    """A difference with its sign: seconds, points of a hundred, or a number."""
    size = abs(value)
    told = f"{size:.0f}" if kind == "s" and size < 99.5 else f"{100 * size if kind == 'share' else size:.1f}"
    unit = {"share": f"{NO_BREAK}{tongue.points}", "s": f"{NO_BREAK}s"}.get(kind, "")
    if kind == "s" and size >= 99.5:
        told, unit = shown(size, "s", tongue), f"{NO_BREAK}{tongue.minutes}"
    sign = "±" if not told.strip("0.") else "+" if value > 0 else "−"
    return f"{sign}{told.replace('.', tongue.comma)}{unit}"
