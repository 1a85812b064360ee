"""A comparison in sentences that a director can read: what changes, by how much, and how sure that is."""

from __future__ import annotations

from typing import Any, NamedTuple

SURE_P, LIKELY_P = 0.05, 0.20
"""Below the first (after Holm) a difference is told as one; below the second as a hint (guess)."""
NO_BREAK = "\N{NO-BREAK SPACE}"
POINTS_VI, POINTS_EN = "điểm %", "points"
"""Differences of shares are told in points of a hundred."""


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


def rows_of(result: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """One row a figure: numbers as they are read, and one sentence of verdict in each language."""
    base = result["means"][result["baseline"]]
    found = []
    for key, row in result["differences"][name].items():
        about = FIGURES.get(key, Figure(key, key, "count", True))
        found.append(
            {
                "about": about,
                "base": shown(base[key]["mean"], about.kind),
                "other": shown(result["means"][name][key]["mean"], about.kind),
                "difference": signed(row["mean"], about.kind, "%"),
                "low": signed(row["low"], about.kind, "%"),
                "high": signed(row["high"], about.kind, "%"),
                "row": row,
                **verdict(row, about),
            }
        )
    return found


def verdict(row: dict[str, Any], about: Figure) -> dict[str, str]:
    """`tone`: better, worse, maybe or none; and the sentence."""
    size_vi, low_vi, high_vi = (signed(row[key], about.kind, POINTS_VI) for key in ("mean", "low", "high"))
    size, low, high = (signed(row[key], about.kind) for key in ("mean", "low", "high"))
    if row["mean"] == 0 and row["low"] == 0 == row["high"]:
        return {"tone": "none", "vi": "Như nhau mọi ngày.", "en": "The same on every day."}
    is_better = (row["mean"] < 0) == about.less_is_better
    vi_way, en_way = ("Tốt hơn", "Better") if is_better else ("Tệ hơn", "Worse")
    between_vi, between_en = f"từ {low_vi} đến {high_vi}", f"between {low} and {high}"
    if row["p_holm"] < SURE_P:
        return {
            "tone": "better" if is_better else "worse",
            "vi": f"{vi_way}: {size_vi}; gần như chắc là {between_vi}.",
            "en": f"{en_way}: {size}; almost surely {between_en}.",
        }
    if row["p_holm"] < LIKELY_P:
        return {
            "tone": "maybe",
            "vi": f"Có thể {vi_way.lower()} ({size_vi}), nhưng chưa chắc: {between_vi}. Chạy thêm ngày.",
            "en": f"Perhaps {en_way.lower()} ({size}), but not certain: {between_en}. Run more days.",
        }
    return {
        "tone": "none",
        "vi": f"Không thấy khác: {between_vi} đều có thể.",
        "en": f"No difference to be seen: anything {between_en} is possible.",
    }


def shown(value: float, kind: str) -> str:
    """512 s → 8:32; 0.823 → 82.3 %."""
    if kind == "share":
        return f"{100 * value:.1f} %"
    if kind == "s":
        return f"{round(value) // 60}:{round(value) % 60:02d}"
    return f"{value:.1f}"


def signed(value: float, kind: str, points: str = POINTS_EN) -> str:
    """A difference with its sign: seconds, points of a hundred, or a number."""
    size = abs(value)
    told = f"{size:.0f}" if kind == "s" and size < 99.5 else f"{100 * size if kind == 'share' else size:.1f}"
    unit = {"share": f"{NO_BREAK}{points}", "s": f"{NO_BREAK}s"}.get(kind, "")
    if kind == "s" and size >= 99.5:
        told, unit = shown(size, "s"), f"{NO_BREAK}min"
    sign = "±" if not told.strip("0.") else "+" if value > 0 else "−"
    return f"{sign}{told}{unit}"
