"""How far long work is: a bar on a terminal, a line for each new stage in a file or a service's log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

Report = Callable[[str, float], None]
"""What is being done, and the share of the whole that is done, from 0 to 1."""


@contextmanager
def shown_progress(work: str = "", console: Console | None = None) -> Iterator[Report]:
    """Show on standard error, from the first report on; `work` stands before each stage."""
    console = console or Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)
    before = f"{work}: " if work else ""
    if not console.is_terminal:
        yield _lines(console, before)
        return
    columns = (TextColumn(before + "{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=console)
    task = bar.add_task("", total=1.0)

    def report(what: str, share: float) -> None:
        bar.start()
        bar.update(task, description=what, completed=share)

    try:
        yield report
    finally:
        if bar.live.is_started:
            bar.stop()


def _lines(console: Console, before: str) -> Report:
    told: set[str] = set()

    def report(what: str, share: float) -> None:
        if what not in told:
            told.add(what)
            console.print(f"· {before}{what} ({share:.0%} done)", markup=False)

    return report
