"""The smallest package that says something, as files, and the city's own."""

from __future__ import annotations

from functools import cache

from dispatch.city_pack_tables import read_complaints
from dispatch.paths import data_dir
from dispatch.triage.load import read_files, read_package
from dispatch.triage.model import Package

MAIN = """\
package: {id: small, version: "1", licence: own, approved_by: null, note: {vi: nháp, en: draft}}
levels:
  - {level: 1, name: {vi: đỏ, en: red}, response: two}
  - {level: 2, name: {vi: cam, en: orange}, response: one}
  - {level: 3, name: {vi: vàng, en: yellow}, response: one}
  - {level: 4, name: {vi: xanh, en: green}, response: call}
responses:
  - {id: two, name: {vi: hai, en: two}, units: [{skills: [doctor, convey]}, {skills: [convey]}], sirens: true}
  - {id: one, name: {vi: một, en: one}, units: [{skills: [convey]}]}
  - {id: call, name: {vi: gọi, en: call}}
gate:
  questions:
    - {id: where, kind: place, text: {vi: đâu, en: where}}
    - {id: what, kind: words, text: {vi: gì, en: what}}
    - {id: conscious, kind: yes_no, always: true, text: {vi: tỉnh, en: awake}}
    - {id: age, kind: number, unit: years, most: 120, text: {vi: tuổi, en: age}}
  criteria:
    - {code: G.R1, level: 1, when: "conscious == no", text: {vi: không tỉnh, en: not awake}, instructions: [push]}
alert: {id: outbreak, name: {vi: dịch, en: outbreak}, active: false}
questions:
  - {id: sweating, kind: yes_no, text: {vi: mồ hôi, en: sweating}}
tests:
  - {name: not awake is red, given: {conscious: "no"}, expect: {level: 1, max_questions: 3}}
"""
CHAPTER = """\
chapter:
  id: pain
  name: {vi: đau, en: pain}
  level: 2
  complaints: [pain]
  questions:
    - sweating
    - {id: pain_where, kind: choice, text: {vi: đâu, en: where}, choices: [{id: chest, name: {vi: ngực, en: chest}}]}
  criteria:
    - {code: P.R1, level: 1, when: "sweating and pain_where == chest", text: {vi: nặng, en: grave}}
    - {code: P.Y1, level: 3, when: "sweating == no", text: {vi: nhẹ, en: light}}
tests:
  - {name: sweating with chest pain, given: {sweating: "yes", pain_where: chest}, expect: {level: 1}}
"""
SCRIPTS = """\
instructions:
  - id: push
    name: {vi: ép, en: push}
    urgent: true
    metronome_bpm: 110
    steps:
      - {id: hand, text: {vi: tay, en: hand}}
      - {id: go, text: {vi: ép, en: push}, metronome: true, marks: first_compression}
"""
FILES = {"package.yaml": MAIN, "chapters/pain.yaml": CHAPTER, "instructions/life.yaml": SCRIPTS}
COMPLAINTS = frozenset({"pain"})


def small(approved: bool = False, **changed: str) -> Package:
    """The small package; `changed` are whole files by the word before their ending (`package`, `pain`, `life`)."""
    return read_package(files(approved, **changed), COMPLAINTS)


def files(approved: bool = False, /, **changed: str) -> dict[str, str]:
    names = {"package": "package.yaml", "pain": "chapters/pain.yaml", "life": "instructions/life.yaml"}
    made = {**FILES, **{names[key]: text for key, text in changed.items()}}
    if approved:
        made["package.yaml"] = made["package.yaml"].replace(
            "approved_by: null", 'approved_by: "hội đồng", effective: "2026-12-01"'
        )
    return made


@cache
def city_package() -> Package:
    """The package that the repository carries."""
    _, complaints = read_complaints(data_dir() / "complaints.toml")
    return read_package(read_files(data_dir() / "protocol"), {row.code for row in complaints})
