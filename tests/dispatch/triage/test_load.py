"""A package is read whole, or refused with the file, the line and the reason of everything that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.triage.load import PackageRefused, read_files, read_package
from tests.dispatch.triage.worlds import CHAPTER, COMPLAINTS, FILES, MAIN, SCRIPTS, files, small


def problems_of(made: dict[str, str]) -> list[str]:
    with pytest.raises(PackageRefused) as refused:
        read_package(made, COMPLAINTS)
    return [str(one) for one in refused.value.problems]


def test_a_good_package_is_read() -> None:
    package = small()
    assert list(package.chapters) == ["pain"]
    assert (package.is_approved, package.chapter_by_complaint) == (False, {"pain": "pain"})


def test_any_letter_changes_the_hash_but_line_ends_do_not() -> None:
    assert small().hash != small(pain=CHAPTER.replace("nặng", "nặng.")).hash
    assert small().hash == small(pain=CHAPTER.replace("\n", "\r\n")).hash


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("sweating and", "swaeting and", "line 10: 'swaeting and pain_where == chest' column 1: no question swaeting"),
        ("== chest\"", "== head\"", "line 10: 'sweating and pain_where == head' column 14: pain_where is never head"),
        ("sweating == no", "sweating >= 3", "line 11: 'sweating >= 3' column 1: sweating is no number"),
        ("sweating == no", "sweating ==", "line 11: 'sweating ==' column 12: a value is missing here"),
        ("sweating == no", "where", "line 11: 'where' column 1: where is a place, which no condition reads"),
        ("level: 3", "level: 7", "line 11: level: 7 is not one of [1, 2, 3, 4]"),
        ("level: 2", "lvel: 2", "line 4: no such key: lvel"),
        ("complaints: [pain]", "complaints: [pane]", "line 5: the city pack has no complaint pane"),
        ("questions:", "first: [age]\n  questions:", "line 6: age is none of the chapter's questions"),
        ("- sweating", "- seating", "line 7: no shared question seating; there are sweating"),
        ("P.Y1", "P.R1", "line 11: criterion P.R1 is defined already in chapters/pain.yaml line 10"),
        ("level: 1}", "level: 2}", "line 13: test 'sweating with chest pain': level is 1, not 2 (found P.R1)"),
        ("expect: {level: 1}", "expect: {max_questions: 0}", "line 13: test 'sweating with chest pain': 2 questions"),
        ("tests:", "tests: []\nold:", "line 13: no such key: old"),
        ("name: {vi: đau", "name: {vi: đau, vi: nhức", "line 3: the key 'vi' stands twice (first on line 3)"),
        ("level: 2", "level: &two 2", "line 4: anchors and aliases are not read"),
        ("level: 2", "level: !a 2", "line 4: the tag !a is not read"),
        ("chapter:", "chapter: [", "line 3: not YAML"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_chapter_is_told_with_its_line(old: str, new: str, told: str) -> None:
    assert old in CHAPTER
    problems = problems_of(files(pain=CHAPTER.replace(old, new)))
    assert [one for one in problems if one.startswith(f"chapters/pain.yaml {told}")], problems


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("package", "response: two", "response: tow", "package.yaml line 3: no response tow"),
        ("package", "instructions: [push]", "instructions: [pull]", "package.yaml line 18: no instruction pull"),
        ("package", "level: 4", "level: 3", "package.yaml line 2: the levels are 1, 2, 3 and 4, each once"),
        ("package", "null,", "someone,", "package.yaml line 1: approved_by and effective go together"),
        ("life", "bpm: 110", "bpm: 300", "instructions/life.yaml line 5: metronome_bpm: 300 is greater than"),
        ("life", "push\n", "push it\n", "instructions/life.yaml line 2: id: 'push it' does not match"),
    ],
)
def test_what_is_wrong_elsewhere_is_told_with_its_line(name: str, old: str, new: str, told: str) -> None:
    text = {"package": MAIN, "life": SCRIPTS}[name]
    assert old in text
    problems = problems_of(files(False, **{name: text.replace(old, new, 1)}))
    assert [one for one in problems if one.startswith(told)], problems


def test_everything_wrong_is_told_at_once() -> None:
    broken = CHAPTER.replace("sweating and", "a and").replace("sweating == no", "b")
    assert [one.split(":")[0] for one in problems_of(files(pain=broken))] == [
        "chapters/pain.yaml line 10",
        "chapters/pain.yaml line 11",
    ]


def test_a_complaint_without_a_chapter_is_refused() -> None:
    with pytest.raises(PackageRefused, match="complaint fever of the city pack opens no chapter"):
        read_package(FILES, {"pain", "fever"})


def test_one_id_is_one_question_wherever_it_is_asked() -> None:
    again = "  - {id: pain_where, kind: yes_no, text: {vi: đau, en: pain}}\ntests:"
    told = "package.yaml line 22: question pain_where is defined already in chapters/pain.yaml line 8"
    assert told in problems_of(files(package=MAIN.replace("tests:", again)))


def test_a_file_of_no_kind_is_refused() -> None:
    assert problems_of({**FILES, "notes.yaml": "a: 1"}) == [
        "notes.yaml line 1: is no file of a package; there are package.yaml, instructions/*.yaml, chapters/*.yaml"
    ]


def test_a_folder_without_its_main_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageRefused, match=r"package.yaml line 1: is missing"):
        read_files(tmp_path)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "package.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PackageRefused, match="cannot be read as UTF-8"):
        read_files(tmp_path)
