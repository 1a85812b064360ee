"""The stories by subject. A new one is told in one of these rooms and named in its `STORIES`."""

from tests.samples.stories import calls, desk, incidents, offers, patients, runs, units

ROOMS = (calls, incidents, offers, runs, patients, units, desk)
STORIES = tuple(story for room in ROOMS for story in room.STORIES)
