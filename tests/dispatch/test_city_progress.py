"""How long work is told where nobody draws a bar."""

from io import StringIO

from rich.console import Console

from dispatch.city.progress import shown_progress


def test_a_log_gets_one_line_for_each_stage() -> None:
    log = Console(file=StringIO(), soft_wrap=True)
    with shown_progress("building the city", log) as report:
        for what, share in (("reading [a].osm.pbf", 0.0), ("streets", 0.2), ("streets", 0.4), ("map", 0.75)):
            report(what, share)
    assert log.file.getvalue() == (  # type: ignore[attr-defined]  # the file that it was given
        "· building the city: reading [a].osm.pbf (0% done)\n"
        "· building the city: streets (20% done)\n"
        "· building the city: map (75% done)\n"
    )


def test_a_terminal_gets_a_bar_that_ends_with_the_work() -> None:
    terminal = Console(file=StringIO(), force_terminal=True, width=80)
    with shown_progress("building the city", terminal) as report:
        report("streets", 1.0)
    assert "building the city: streets" in terminal.file.getvalue()  # type: ignore[attr-defined]
