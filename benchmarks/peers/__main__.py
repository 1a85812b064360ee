"""
Ours beside the public routers, built from one extract.

    python -m benchmarks.peers compare --pairs 400 --seed 1 [--box W,S,E,N] [--out DIR]
    python -m benchmarks.peers compare --matrix ours.csv theirs.csv
    python -m benchmarks.peers speed [--rounds 15]
    python -m benchmarks.peers classes [--pairs 400]

Everything takes --osm FILE (else the extract in use) and --routers osrm,valhalla,osrm-mld.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console

from benchmarks.peers import classes, compare, speed
from benchmarks.peers.agreement import agree
from benchmarks.peers.client import Peer, PeerError, cache_of
from benchmarks.peers.environment import NoPeersError, peers_python
from benchmarks.peers.matrices import MatrixError, read_two
from benchmarks.peers.ours import at_street, load_ours
from benchmarks.peers.pairs import STRATA, Box, Stratum, draw_pairs
from dispatch.city.source import find_source
from dispatch.paths import default_state_dir, repo_root
from routing.errors import RoutingError


def main() -> int:
    """Exit code 2 where something is missing, with one line that says what."""
    asked = _parser().parse_args()
    try:
        asked.run(asked, Console(width=None if sys.stdout.isatty() else 140))
    except (NoPeersError, PeerError, MatrixError, RoutingError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def run_compare(asked: argparse.Namespace, console: Console) -> None:
    if asked.matrix:
        ours, theirs = asked.matrix
        console.print(compare.agreement_table(f"{ours} against {theirs}", {"all": agree(*read_two(ours, theirs))}))
        return
    extract, cache = _extract(asked)
    times = load_ours(extract, cache)
    strata = {"box": Stratum(asked.box)} if asked.box else STRATA
    pairs = draw_pairs(asked.pairs, asked.seed, strata, partial(at_street, times))
    with _peers(asked, extract, cache) as peers:
        answers = compare.answer_all(times, peers, pairs)
        compare.print_agreement(console, answers, pairs)
        compare.print_worst(console, answers, pairs, asked.worst)
        if asked.out:
            asked.out.mkdir(parents=True, exist_ok=True)
            compare.write_pairs(asked.out / "pairs.csv", answers, pairs)
            compare.write_worst(asked.out / "worst.geojson", times, peers, answers, pairs, asked.worst)
            console.print(f"every pair: {asked.out / 'pairs.csv'}; the worst ways: {asked.out / 'worst.geojson'}")


def run_speed(asked: argparse.Namespace, console: Console) -> None:
    extract, cache = _extract(asked)
    with _peers(asked, extract, cache) as peers:
        speed.run(console, extract, cache, peers, asked.rounds)


def run_classes(asked: argparse.Namespace, console: Console) -> None:
    extract, cache = _extract(asked)
    times = load_ours(extract, cache)
    pairs = draw_pairs(asked.pairs, asked.seed, STRATA, partial(at_street, times))
    with _peers(asked, extract, cache) as peers:
        classes.run(console, extract, peers, pairs)


def _extract(asked: argparse.Namespace) -> tuple[Path, Path]:
    source = find_source(asked.osm)
    if source.kind != "extract":
        raise ValueError("the peers need a map extract; give one with --osm, or fetch one with 'saigon115 city fetch'")
    return source.path, cache_of(source.path, default_state_dir())


@contextmanager
def _peers(asked: argparse.Namespace, extract: Path, cache: Path) -> Iterator[list[Peer]]:
    python = peers_python(repo_root())
    with ExitStack() as stack:
        yield [stack.enter_context(Peer(name, python, extract, cache)) for name in asked.routers]


def _box(text: str) -> Box:
    west, south, east, north = map(float, text.split(","))
    if not (west < east and south < north):
        raise ValueError("a box is west,south,east,north")
    return west, south, east, north


def _routers(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - {"osrm", "osrm-mld", "valhalla"}:
        raise ValueError(f"no router {', '.join(sorted(unknown))}")
    return names


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", description=(__doc__ or "").strip().splitlines()[0]
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--osm", type=Path, help="extract for everybody")
    common.add_argument("--routers", type=_routers, default=["osrm", "valhalla"], help="osrm,valhalla,osrm-mld")
    pairs = argparse.ArgumentParser(add_help=False)
    pairs.add_argument("--pairs", type=int, default=400)
    pairs.add_argument("--seed", type=int, default=1)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser(
        "compare", parents=[common, pairs], help="times and distances of random pairs, or of two CSVs"
    )
    one.add_argument("--box", type=_box, help="west,south,east,north instead of the strata")
    one.add_argument("--matrix", type=Path, nargs=2, metavar=("OURS", "THEIRS"), help="two files of `saigon115 matrix`")
    one.add_argument("--worst", type=int, default=10, help="how many of the worst pairs to show")
    one.add_argument("--out", type=Path, help="folder for pairs.csv and worst.geojson")
    one.set_defaults(run=run_compare)
    two = commands.add_parser("speed", parents=[common], help="200 units to 1 incident, 200 × 200, memory")
    two.add_argument("--rounds", type=int, default=15)
    two.set_defaults(run=run_speed)
    three = commands.add_parser("classes", parents=[common, pairs], help="everybody's speed by road class")
    three.set_defaults(run=run_classes)
    return parser


if __name__ == "__main__":
    sys.exit(main())
