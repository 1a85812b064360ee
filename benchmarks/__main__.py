"""Every benchmark, one after the other, each in a process of its own: `python -m benchmarks`."""

import subprocess
import sys
from importlib.util import find_spec

ALL = (
    "benchmarks.routing",
    "benchmarks.assignment",
    "benchmarks.recommendation",
    "benchmarks.geocoding",
    "benchmarks.siting",
    "benchmarks.simulation",
)


def main() -> int:
    """Run those that are there; exit code 1 when any of them failed."""
    failed = []
    for name in ALL:
        if find_spec(name) is None:
            continue
        print(f"\n# {name}", flush=True)
        if subprocess.run([sys.executable, "-m", name], check=False).returncode != 0:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
