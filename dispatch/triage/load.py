"""
A protocol package from its files: read, held to its schema and to itself, its own tests run. All or nothing.

`read_package` is pure: names and texts in, a package out, or every problem with file, line and reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from dispatch.errors import Malformed
from dispatch.triage.check import check
from dispatch.triage.model import ChapterCase, ChapterFile, InstructionFile, Package, PackageFile, Question
from dispatch.triage.problems import Problem, Source
from dispatch.triage.rehearse import rehearse
from dispatch.triage.yaml_lines import BadYaml, line_of, read_yaml

MAIN = "package.yaml"
SHOWN = 20
"""Problems told at once; more would not be read (guess)."""
LARGEST = 2_000_000
"""Letters of all files together; ours has about a tenth (guess)."""

Kind = type[PackageFile] | type[InstructionFile] | type[ChapterFile]


class PackageRefused(Malformed):
    """The package cannot be used; what was in force stays in force."""

    def __init__(self, problems: Collection[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: (one.file, one.line)))
        told = "; ".join(str(one) for one in self.problems[:SHOWN])
        rest = f" and {len(self.problems) - SHOWN} more" if len(self.problems) > SHOWN else ""
        super().__init__(f"the protocol package is refused: {told}{rest}; correct it and reload")


def read_files(folder: Path) -> dict[str, str]:
    """The YAML files of a folder by their path in it. Raises PackageRefused when one cannot be read."""
    files: dict[str, str] = {}
    for path in sorted(folder.rglob("*.yaml")):
        name = path.relative_to(folder).as_posix()
        try:
            files[name] = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise PackageRefused([Problem(name, 1, f"cannot be read as UTF-8: {error}")]) from None
    if MAIN not in files:
        raise PackageRefused([Problem(MAIN, 1, f"is missing in {folder}; restore the folder from the repository")])
    return files


def read_package(files: Mapping[str, str], complaints: Collection[str]) -> Package:
    """The package in these files; `complaints` are the codes of the city pack. Raises PackageRefused."""
    if sum(map(len, files.values())) > LARGEST:
        raise PackageRefused([Problem(MAIN, 1, f"the files have more than {LARGEST} letters together")])
    problems: list[Problem] = []
    sources = [one for name, text in sorted(files.items()) if (one := _read_file(name, text, problems))]
    if problems:
        raise PackageRefused(problems)
    main = next((one.form for one in sources if isinstance(one.form, PackageFile)), None)
    if main is None:
        raise PackageRefused([Problem(MAIN, 1, "is missing; it holds levels, responses and the gate")])
    problems += check(sources, complaints)
    if problems:
        raise PackageRefused(problems)
    package = _join(main, sources, hash_of(files))
    if problems := rehearse(package):
        raise PackageRefused(problems)
    return package


def hash_of(files: Mapping[str, str]) -> str:
    """SHA-256 over names and texts (line ends as \\n): changes with any letter."""
    digest = hashlib.sha256()
    for name, text in sorted(files.items()):
        content = text.replace("\r\n", "\n").encode()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


@cache
def schemas() -> dict[str, Any]:
    """The JSON schema of each kind of file, by the pattern of its name: for editors, and for the check here."""
    return {name: msgspec.json.schema(kind) for name, kind in _KINDS.items()}


_KINDS: dict[str, Kind] = {MAIN: PackageFile, "instructions/*.yaml": InstructionFile, "chapters/*.yaml": ChapterFile}


@cache
def _validator(pattern: str) -> Draft202012Validator:
    return Draft202012Validator(schemas()[pattern])


def _read_file(name: str, text: str, problems: list[Problem]) -> Source | None:
    folder, slash, _ = name.partition("/")
    pattern = f"{folder}/*.yaml" if slash else name
    if pattern not in _KINDS:
        problems.append(Problem(name, 1, f"is no file of a package; there are {', '.join(_KINDS)}"))
        return None
    try:
        data, lines = read_yaml(text)
    except BadYaml as error:
        problems.append(Problem(name, error.line, error.reason))
        return None
    wrong = list(_validator(pattern).iter_errors(data))
    for one in wrong:
        path, reason = _told(one)
        problems.append(Problem(name, line_of(lines, path), reason))
    if wrong:
        return None
    try:
        return Source(name, lines, msgspec.convert(data, _KINDS[pattern]))
    except msgspec.ValidationError as error:
        problems.append(Problem(name, 1, str(error)))
        return None


def _told(error: ValidationError) -> tuple[tuple[str | int, ...], str]:
    """Where and what. Of several forms that a thing may have, the one of its own type is told."""
    if error.context:
        return _told(min(error.context, key=lambda one: one.validator == "type"))
    path = tuple(error.absolute_path)
    reason = error.message if len(error.message) < 300 else f"{error.message[:200]} … {error.message[-80:]}"
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        strange = [key for key in error.instance if key not in known]
        return (*path, *strange[:1]), f"no such key: {', '.join(strange)}; there are {', '.join(known)}"
    return path, f"{path[-1] if path else 'the file'}: {reason}"


def _join(main: PackageFile, sources: Collection[Source], digest: str) -> Package:
    chapters = [one.form.chapter for one in sources if isinstance(one.form, ChapterFile)]
    scripts = [one.form for one in sources if isinstance(one.form, InstructionFile)]
    own = (one for chapter in chapters for one in chapter.questions if isinstance(one, Question))
    questions = (*main.gate.questions, *main.alert.questions, *main.questions, *own)
    return Package(
        hash=digest,
        header=main.package,
        levels={rule.level: rule for rule in main.levels},
        responses={response.id: response for response in main.responses},
        gate=main.gate,
        alert=main.alert,
        questions={question.id: question for question in questions},
        chapters={chapter.id: chapter for chapter in chapters},
        instructions={one.id: one for script in scripts for one in script.instructions},
        variants={name: variants for script in scripts for name, variants in script.variants.items()},
        cases=tuple(case for source in sources for case in _cases(source)),
    )


def _cases(source: Source) -> list[ChapterCase]:
    if isinstance(source.form, InstructionFile):
        return []
    chapter = source.form.chapter.id if isinstance(source.form, ChapterFile) else None
    return [
        ChapterCase(case, chapter, source.file, line_of(source.lines, ("tests", at)))
        for at, case in enumerate(source.form.tests)
    ]
