"""docs/console.md tells every key and command word of the console."""

from __future__ import annotations

import re

from dispatch.paths import repo_root

PAGE = (repo_root() / "docs/console.md").read_text(encoding="utf-8")
WEB = repo_root() / "web/src"


def test_every_key_is_told() -> None:
    source = "".join((WEB / f"console/{name}.svelte").read_text("utf-8") for name in ("Console", "IncidentSheet"))
    keys = set(re.findall(r"^\s+([a-z]): (?:\(|focus)", source, re.MULTILINE)) | set(
        re.findall(r"acts\.([a-z]) =", source)
    )
    assert len(keys) > 20
    assert sorted(key for key in keys if f"`{key.upper()}`" not in PAGE) == []


def test_every_verb_of_the_command_line_is_told() -> None:
    source = (WEB / "store/commandline.ts").read_text("utf-8")
    verbs = [verb for row in re.findall(r"words: \[(.*?)\]", source) for verb in re.findall(r'"(\w{2,})"', row)]
    plain = PAGE.replace("ngập", "ngap").replace("mở", "mo")
    assert len(verbs) > 20
    assert [verb for verb in verbs if not re.search(rf"`[^`]*\b{verb}\b", plain)] == []
