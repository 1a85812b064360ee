"""
Write the fold's samples: stories as (state before, events, state after), which Python and the console both fold.

Run as a file from anywhere: `python tests/samples/make.py`. `illegal` are events that must be refused after the
last one, and change nothing.
"""

from __future__ import annotations

from pathlib import Path

from tests.samples.stories import STORIES
from tests.samples.story import Story

FOLDER = Path(__file__).parent / "fold"


def make() -> dict[str, bytes]:
    """Every sample by its file's name."""
    samples = {}
    for tell in STORIES:
        story = Story()
        tell(story)
        samples[f"{tell.__name__}.json"] = story.sample()
    return samples


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name, content in make().items():
        (FOLDER / name).write_bytes(content)
