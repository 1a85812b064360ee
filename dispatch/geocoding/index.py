"""The names of the city as a searchable list: exact keys, fuzzy spelling (rapidfuzz), and shared words."""

from __future__ import annotations

import heapq
import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from dispatch.geocoding.sounds import sound_of
from dispatch.geocoding.words import canonical

ThingKind = Literal["street", "place", "zone"]

# Below this share of equal letters two spellings are different names (guess; tuned on the labelled queries).
LEAST_SPELLING = 0.76
# Syllables are short: one wrong letter in ten is more than a tenth of a doubt (guess).
LETTER_COST = 1.6
# Two names that differ in a number are different things, however alike the rest.
OTHER_NUMBER_FACTOR = 0.6
# A name that sounds the same but is written otherwise (guess; tuned on the tuning half).
SAME_SOUND = 0.93
# Names that share less than this of their telling words, or of their letter pairs, are not looked at (guesses).
_KIND = re.compile(
    r"^(?:truong )?(?:tieu hoc|trung hoc co so|trung hoc pho thong|mam non|mau giao|dai hoc|cao dang|benh vien"
    r"|phong kham|chung cu|giao xu|nha tho|khu cong nghiep|khu dan cu|khach san) "
)
LEAST_SHARED, LEAST_DICE = 0.3, 0.22
# A name of which only the beginning is typed, of so many letters at least (guesses).
BEGUN, LEAST_BEGUN, MOST_BEGUN = 0.86, 3, 8
# Answers kept: the readings of one query ask for the same names, and a dispatcher's next key asks nearly the same.
CACHED = 4_000


@dataclass(frozen=True, slots=True)
class Thing:
    """What a name belongs to: a row of the gazetteer; `quality` below 1 for an old or foreign name."""

    kind: ThingKind
    row: int
    quality: float = 1.0


@dataclass(frozen=True, slots=True)
class Match:
    """A name that fits the words, with how well from 0 to 1 (1: the same words)."""

    key: str
    score: float
    things: tuple[Thing, ...]


class NameIndex:
    """Built once from key → things; keys are `words.canonical`."""

    def __init__(self, things_by_key: Mapping[str, Sequence[Thing]], initials_of: Sequence[str]) -> None:
        self._keys = sorted(things_by_key)
        self._things = {key: tuple(things_by_key[key]) for key in self._keys}
        counts = Counter(word for key in self._keys for word in set(key.split(" ")))
        self._weight = {word: math.log(1 + len(self._keys) / count) for word, count in counts.items()}
        rows: dict[str, list[int]] = defaultdict(list)
        for row, key in enumerate(self._keys):
            for word in set(key.split(" ")):
                rows[word].append(row)
        self._rows = {word: np.array(found, dtype=np.int32) for word, found in rows.items()}
        self._total = np.array([sum(self._weight[word] for word in set(key.split(" "))) for key in self._keys])
        self._keys_of_sound: dict[str, list[str]] = defaultdict(list)
        for key in self._keys:
            self._keys_of_sound[sound_of(key)].append(key)
        self._grams = _Grams(self._keys)
        self._found = lru_cache(maxsize=CACHED)(self._find)
        self._initials: dict[str, list[str]] = defaultdict(list)
        for key in initials_of:
            if key.count(" ") >= 1:
                self._initials["".join(word[0] for word in key.split(" "))].append(key)

    def alike(self, text: str) -> list[Match]:
        """The names that are these words or sound the same: quick, for trying many cuts."""
        key = canonical(text)
        found = [Match(key, 1.0, self._things[key])] if key in self._things else []
        others = self._keys_of_sound.get(sound_of(key), ())
        return found + [Match(other, SAME_SOUND, self._things[other]) for other in others if other != key]

    def find(self, text: str, limit: int = 12) -> list[Match]:
        """Names that fit, best first: the same words, then near spellings and sounds, and names sharing the words."""
        return list(self._found(canonical(text), limit))

    def _find(self, key: str, limit: int) -> tuple[Match, ...]:
        if not key:
            return ()
        scores = self._by_shared_words(key, 2 * limit)
        for other, score in self._by_spelling(key, 2 * limit):
            scores[other] = max(score, scores.get(other, 0.0))
        for other in self._keys_of_sound.get(sound_of(key), ())[:limit]:
            scores[other] = max(SAME_SOUND, scores.get(other, 0.0))
        for other in self._initials.get(key, ())[:limit]:
            scores[other] = max(0.7, scores.get(other, 0.0))
        if key in self._things:
            scores[key] = 1.0
        else:
            for other, score in self._begun(key):
                scores[other] = max(score, scores.get(other, 0.0))
        ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
        return tuple(Match(other, score, self._things[other]) for other, score in ranked)

    def _begun(self, key: str) -> Iterator[tuple[str, float]]:
        """The shortest names that begin so: the dispatcher is still typing."""
        if len(key) < LEAST_BEGUN:
            return
        first, last = bisect_left(self._keys, key), bisect_left(self._keys, key + "\uffff")
        for other in heapq.nsmallest(MOST_BEGUN, self._keys[first : min(last, first + 2_000)], key=len):
            yield other, BEGUN * (len(key) / len(other)) ** 0.1

    def _by_spelling(self, key: str, limit: int) -> list[tuple[str, float]]:
        cutoff = 100 * (LEAST_SPELLING if len(key) > 6 else 0.86)
        near = self._grams.likest(key)
        found = process.extract(key, near, scorer=fuzz.ratio, processor=None, score_cutoff=cutoff, limit=limit)
        return [
            (
                other,
                _numbers_agree(key, other) * min(1 - LETTER_COST * (1 - _of_the_rest(key, other, ratio) / 100), 0.97),
            )
            for other, ratio, _ in found
        ]

    def _by_shared_words(self, key: str, limit: int) -> dict[str, float]:
        words = set(key.split(" "))
        wanted = sum(self._weight.get(word, self._weight_of_unknown()) for word in words)
        shared: NDArray[np.float64] = np.zeros(len(self._keys))
        for word in words & self._rows.keys():
            shared[self._rows[word]] += self._weight[word]
        score = 0.6 * shared / wanted + 0.4 * shared / self._total
        return {
            self._keys[row]: _numbers_agree(key, self._keys[row]) * min(float(score[row]), 0.95)
            for row in _greatest(score, limit, LEAST_SHARED)
        }

    def _weight_of_unknown(self) -> float:
        return math.log(1 + len(self._keys))


class _Grams:
    """Which keys share letter pairs with a text: the few worth comparing letter by letter."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys
        rows: dict[str, list[int]] = defaultdict(list)
        for row, key in enumerate(keys):
            for gram in _grams_of(key):
                rows[gram].append(row)
        self._rows = {gram: np.array(found, dtype=np.int32) for gram, found in rows.items()}
        self._sizes = np.array([len(_grams_of(key)) for key in keys], dtype=np.int32)

    def likest(self, text: str, most: int = 150) -> list[str]:
        """The keys with the greatest share of pairs in common (Dice)."""
        grams = _grams_of(text)
        rows = [self._rows[gram] for gram in grams if gram in self._rows]
        if not rows:
            return []
        shared = np.bincount(np.concatenate(rows), minlength=len(self._keys))
        dice = shared / (self._sizes + len(grams))
        return [self._keys[row] for row in _greatest(dice, most, LEAST_DICE)]


def _greatest(score: NDArray[np.float64], most: int, least: float) -> list[int]:
    """Rows of the greatest values above a least one, in any order."""
    rows = np.flatnonzero(score > least)
    if len(rows) > most:
        rows = rows[np.argpartition(-score[rows], most)[:most]]
    found: list[int] = rows.tolist()
    return found


def _grams_of(key: str) -> set[str]:
    padded = f" {key} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)} | {padded[at : at + 2] for at in range(0, 2)}


def _of_the_rest(one: str, other: str, ratio: float) -> float:
    """How alike two names are where both begin with what kind of thing they are: that says nothing of which."""
    kind = _KIND.match(one)
    if kind is None or not other.startswith(kind[0]):
        return ratio
    return min(ratio, fuzz.ratio(one[kind.end() :], other[kind.end() :]))


def _numbers_agree(one: str, other: str) -> float:
    numbers = [{word for word in key.split(" ") if word[:1].isdigit()} for key in (one, other)]
    return 1.0 if numbers[0] == numbers[1] else OTHER_NUMBER_FACTOR
