"""`saigon115 protocol`: check a package while writing it, and try answers on it; no desk needs to run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dispatch.city_pack_tables import read_complaints
from dispatch.errors import Malformed
from dispatch.paths import data_dir
from dispatch.triage.answers import read_answers
from dispatch.triage.calls import chapter_of
from dispatch.triage.decide import decide
from dispatch.triage.load import PackageRefused, read_files, read_package
from dispatch.triage.model import Package
from dispatch.triage.rehearse import questions_until_sent

protocol_app = typer.Typer(no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help="The package's folder; by default the city pack's.")]
DEFAULT = data_dir() / "protocol"


@protocol_app.command("check")
def check(folder: Folder = DEFAULT) -> None:
    """Read a package and run its tests; every problem with file, line and reason, and exit code 1."""
    try:
        package = _read(folder)
    except PackageRefused as refused:
        for problem in refused.problems:
            typer.echo(str(problem))
        raise typer.Exit(1) from None
    signed = package.header.approved_by or "nobody: it never lowers a level"
    typer.echo(
        f"{package.header.id} {package.header.version}: {len(package.chapters)} chapters, "
        f"{len(package.questions)} questions, {len(package.cases)} tests passed; approved by {signed}"
    )


@protocol_app.command("ask")
def ask(
    answers: Annotated[list[str] | None, typer.Argument(help="Answers such as conscious=no age=62.")] = None,
    chapter: Annotated[str | None, typer.Option(help="The chapter, such as stroke.")] = None,
    folder: Annotated[Path, typer.Option(help="The package's folder.")] = DEFAULT,
) -> None:
    """What these answers mean and what is asked next, in both languages."""
    package = _read(folder)
    given = dict(_pair(one) for one in answers or [])
    reading = read_answers(package, given, chapter_of(package, chapter, None, None))
    found = decide(package, reading.answers)
    texts = {one.code: one.text for one in package.criteria_of(found.chapter)}
    typer.echo(f"level {found.level}: {package.levels[found.level].name.vi} | {package.levels[found.level].name.en}")
    for code in found.matched:
        typer.echo(f"  {code}: {texts[code].vi} | {texts[code].en}")
    typer.echo(f"send {found.response.name.vi} | {found.response.name.en}")
    for name in found.instructions:
        typer.echo(f"tell {name}: {package.instructions[name].name.vi} | {package.instructions[name].name.en}")
    if found.next:
        text = package.questions[found.next].text
        typer.echo(f"ask {found.next}: {text.vi} | {text.en}")
    for name in (*reading.not_understood, *reading.unknown):
        typer.echo(f"not understood: {name}")


@protocol_app.command("tests")
def list_tests(folder: Folder = DEFAULT) -> None:
    """Every test of a package, with the questions asked until something may be sent."""
    package = _read(folder)
    for one in package.cases:
        asked = questions_until_sent(package.for_test(one.case), one.case, one.chapter)
        typer.echo(f"{one.chapter or 'gate'}: {one.case.name}: {'never' if asked is None else asked} questions")


def _read(folder: Path) -> Package:
    _, complaints = read_complaints(data_dir() / "complaints.toml")
    return read_package(read_files(folder), {row.code for row in complaints})


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise Malformed(f"{text!r} is no answer; write question=value, such as conscious=no")
    return name, value
