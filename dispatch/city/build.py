"""
A map → a built city: one directory that starts the system in seconds, whole or not there at all.

Everything is written beside the final place and renamed into it. `manifest.json` lists every file with its checksum and
says what it was built from and by which rules; whatever does not match is built anew.
"""

import contextlib
import fcntl
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import routing
from dispatch.city.source import CitySource, find_source
from dispatch.paths import data_dir, default_state_dir
from routing.build import build_graph_with_notes
from routing.errors import CityCacheError
from routing.storage import FACTS_FILE, file_sha256, save_graph
from routing.travel_times import TRAFFIC_DIR

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"

Progress = Callable[[str, float], None]
# Adds its files to the directory and returns what the manifest should say about them.
Builder = Callable[[CitySource, Path], Mapping[str, Any]]


@dataclass(frozen=True)
class CityInfo:
    """A built city: its directory and what its manifest says."""

    directory: Path
    manifest: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """For `city info --json`: source, date, nodes, arcs, bbox, overlay and more; not the list of files."""
        return {key: value for key, value in self.manifest.items() if key != "files"}


def build_city(
    source: CitySource,
    out_dir: Path,
    progress: Progress = lambda what, share: None,
    builders: Sequence[Builder] = (),
) -> CityInfo:
    """
    Build into `out_dir`, replacing a city that is there; a directory of other things is refused.

    Of two processes building one place the second waits for the first.
    """
    out_dir = out_dir.expanduser().absolute()
    with _only_one(out_dir, progress):
        return _build(source, out_dir, progress, builders)


def open_city(
    osm: Path | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    builders: Sequence[Builder] = (),
    *,
    with_overlay: bool = True,
) -> Path:
    """The directory of the city in use, built if it is absent, stale, of another source, or damaged."""
    source = find_source(osm, with_overlay)
    out_dir = (out or default_city_dir(source)).expanduser().absolute()
    report = progress or (lambda what, share: None)
    if not _is_fresh(out_dir, source, builders):
        with _only_one(out_dir, report):
            if not _is_fresh(out_dir, source, builders):  # nobody built it while we waited
                _build(source, out_dir, report, builders)
    return out_dir


def load_city(directory: Path) -> CityInfo:
    """A built city, every file checked; raises `CityCacheError` naming what is wrong with it."""
    path = directory / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CityCacheError(f"no built city in {directory}; build it with 'saigon115 city build'") from None
    except (OSError, ValueError) as error:
        raise CityCacheError(f"{path} cannot be read ({error}); build the city again") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise CityCacheError(f"{path} is not of format {FORMAT}; build the city again")
    files, rules = manifest.get("files"), manifest.get("rules")
    if not isinstance(files, dict) or FACTS_FILE not in files or not isinstance(rules, list):
        raise CityCacheError(f"{path} does not list what the city is made of; build the city again")
    for name, sha256 in files.items():
        if not _is_as_written(directory / name, sha256):
            raise CityCacheError(f"{directory / name} is missing or damaged; build the city again")
    return CityInfo(directory, manifest)


def _is_as_written(file: Path, sha256: str) -> bool:
    try:
        return file.is_file() and file_sha256(file) == sha256
    except OSError:
        return False


def default_city_dir(source: CitySource) -> Path:
    """Where the city built from a source is kept."""
    return default_state_dir() / "city" / source.key


def _is_fresh(out_dir: Path, source: CitySource, builders: Sequence[Builder]) -> bool:
    """Whether a whole city from this source, by these rules, is there; one with more parts will do."""
    try:
        manifest = load_city(out_dir).manifest
    except CityCacheError:
        return False
    return manifest.get("source_key") == source.key and set(_rules(builders)) <= set(map(str, manifest["rules"]))


def _build(source: CitySource, out_dir: Path, progress: Progress, builders: Sequence[Builder]) -> CityInfo:
    _refuse_foreign(out_dir)
    part = out_dir.with_name(f".{out_dir.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        manifest = _fill(part, source, progress, builders)
        _replace(part, out_dir)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return CityInfo(out_dir, manifest)


def _fill(part: Path, source: CitySource, progress: Progress, builders: Sequence[Builder]) -> dict[str, Any]:
    """Write everything; roads are taken to be half of the work."""
    progress(f"reading {source.name}", 0.0)
    roads, overlay = source.read_all()
    share = 0.5 if builders else 0.95
    graph, notes = build_graph_with_notes(roads, lambda what, done: progress(what, share * (0.4 + 0.6 * done)))
    facts = save_graph(graph, part)
    shutil.copytree(data_dir() / TRAFFIC_DIR, part / TRAFFIC_DIR)
    parts = {}
    for index, builder in enumerate(builders):
        progress(_title(builder), share + (1 - share) * index / len(builders))
        parts[_title(builder)] = dict(builder(source, part))
    manifest = {
        "format": FORMAT,
        "source": source.name,
        "source_kind": source.kind,
        "source_key": source.key,
        "source_sha256": source.sha256,
        "attribution": "© OpenStreetMap contributors, ODbL 1.0",
        **facts,
        "turn_restrictions": {"read": dict(roads.restriction_notes), "joined": notes},
        "overlay": overlay.to_json(),
        "rules": _rules(builders),
        "parts": parts,
        "files": {str(path.relative_to(part)): file_sha256(path) for path in sorted(part.rglob("*")) if path.is_file()},
    }
    (part / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    progress("city built", 1.0)
    return manifest


def _rules(builders: Sequence[Builder]) -> list[str]:
    """What a city was built by: change code or tables of `routing`, or a builder's `version`, and it is stale."""
    roads = checksum_of(Path(routing.__path__[0]), data_dir() / TRAFFIC_DIR)
    return [f"roads {roads}"] + [f"{_title(b)} {getattr(b, 'version', 1)}" for b in builders]


def checksum_of(*folders: Path) -> str:
    """
    A short checksum of all files in some folders, to tell a city of today's code and tables from one of yesterday's.

    A changed comment makes it stale too; a minute of building is cheaper than a city of yesterday's shape.
    """
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(file for file in folder.rglob("*") if file.suffix != ".pyc" and file.is_file()):
            digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def _title(builder: Builder) -> str:
    return str(getattr(builder, "__name__", type(builder).__name__)).replace("_", " ")


def _refuse_foreign(out_dir: Path) -> None:
    """Never replace a directory that holds something else than a city."""
    if not out_dir.exists():
        return
    if not out_dir.is_dir():
        raise CityCacheError(f"{out_dir} is a file; give another directory with --out")
    names = {path.name for path in out_dir.iterdir()}
    if names and not names & {MANIFEST, FACTS_FILE}:
        raise CityCacheError(f"{out_dir} holds other things than a city; give another directory with --out")


@contextlib.contextmanager
def _only_one(out_dir: Path, report: Progress) -> Iterator[None]:
    """Hold the place against other processes that would build there."""
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    with out_dir.with_name(f".{out_dir.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("waiting for another process that builds the same one", 0.0)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _replace(part: Path, out_dir: Path) -> None:
    """Swap directories: for a moment there is none, never half of one."""
    old = out_dir.with_name(f".{out_dir.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out_dir.exists():
        out_dir.replace(old)
    part.replace(out_dir)
    shutil.rmtree(old, ignore_errors=True)
