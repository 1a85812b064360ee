"""What goes to a gateway, and what its answer says of the message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch.errors import StartError
from dispatch.settings import Settings
from dispatch.sms.gateway import (
    Gateway,
    NumberStyle,
    Outcome,
    detail_of,
    find_gateway,
    outcome_of,
    read_gateway,
    request_for,
)
from dispatch.sms.numbers import textable
from dispatch.sms.sender import hand_over
from tests.dispatch.sms.http_gateway import ACCEPTED, HANGS_UP, running_gateway

JSON = {"Content-Type": "application/json", "Authorization": "Bearer {secret}"}
URL = "https://sms.example/send?to={number}&text={text}"
MESSAGE: dict[str, Any] = {"number": "+84903115115", "text": 'gửi "vị trí" & <đi>\n', "key": "sms-1"}


def gateway(**changes: Any) -> Gateway:
    return Gateway(**{"url": URL, "secret": "s3cret", **changes})


def test_words_are_written_as_each_place_needs_it() -> None:
    address = request_for(gateway(method="GET"), **MESSAGE).url
    assert dict(httpx.URL(address).params) == {"to": "+84903115115", "text": MESSAGE["text"]}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    written = [
        request_for(gateway(headers=headers, body="{text}|{key}|{other}"), **MESSAGE).body.decode()
        for headers in (JSON, form, {"content-type": "text/xml"}, {})
    ]
    assert written == [
        'gửi \\"vị trí\\" & <đi>\\n|sms-1|{other}',
        "g%E1%BB%ADi+%22v%E1%BB%8B+tr%C3%AD%22+%26+%3C%C4%91i%3E%0A|sms-1|{other}",
        'gửi "vị trí" &amp; &lt;đi&gt;\n|sms-1|{other}',
        'gửi "vị trí" & <đi>\n|sms-1|{other}',
    ]


def test_a_value_never_brings_a_header_of_its_own() -> None:
    request = request_for(gateway(headers={"X-Text": "{text}", **JSON}), **MESSAGE)
    assert dict(request.headers) == {
        "X-Text": 'gửi "vị trí" & <đi>',
        "Content-Type": "application/json",
        "Authorization": "Bearer s3cret",
    }


@pytest.mark.parametrize(
    ("status", "answer", "outcome"),
    [
        (200, '{"CodeResult":"100"}', "accepted"),
        (200, '{"CodeResult":"103","ErrorMessage":"Balance not enough"}', "refused"),
        (302, "", "refused"),
        (401, "", "refused"),
        (429, "", "busy"),
        (503, "", "busy"),
        (500, '{"CodeResult":"100"}', "unclear"),
        (504, "", "unclear"),
    ],
)
def test_an_answer_is_understood(status: int, answer: str, outcome: Outcome) -> None:
    assert outcome_of(gateway(accepted='"CodeResult":"100"'), status, answer) == outcome


def test_what_a_gateway_said_names_neither_number_nor_link() -> None:
    said = detail_of(400, "bad to: 84903115115 / +84 903 115 115,\ntext https://x.vn/l/aB3-dE6_hI9jK1mN2oP4qR6sT8uV0wX")
    assert said == "HTTP 400 bad to: … / …, text https://x.vn/l/…"


@pytest.mark.parametrize(
    ("phone", "style", "textable_as"),
    [
        ("0903 115 115", "84", "84903115115"),
        ("+84903115115", "0", "0903115115"),
        ("0084903115115", "+84", "+84903115115"),
        ("+1 555 010 0199", "+84", "+15550100199"),
        ("001 555 010 0199", "84", "15550100199"),
        ("028 3855 4137", "84", None),
        ("+84 28 3855 4137", "84", None),
        ("115", "84", None),
        ("5550100199", "84", None),
        ("unknown", "84", None),
    ],
)
def test_only_numbers_that_get_messages_get_one(phone: str, style: NumberStyle, textable_as: str | None) -> None:
    assert textable(phone, style) == textable_as


@pytest.mark.parametrize(
    ("file", "wrong"),
    [
        ("url = 1", "describes no gateway"),
        ('url = "https://h/{number}{text}"\nbodi = ""', "unknown field `bodi`"),
        ('url = "ftp://h/{number}{text}"', "no http or https"),
        ('url = "https://h/"\nbody = "{number}"', "nothing says {text}"),
        ('url = "https://h/{number}{text}{secret}"', "give secret_file"),
        ('url = "https://h/{number}{text}"\nsecret_file = "none"', "none cannot be read"),
        ('url = "https://h/{number}{text}"\ndrops_repeats = true', "drops_repeats needs {key}"),
        ('url = "https://h/{number}{text}"\naccepted = "("', "no regular expression"),
        ('url = "https://h/{number}{text}"\ntimeout_s = 0', "choose from 1 to 60"),
        ('url = "https://h/{number}{text}"\n[text]\nvi = "x"', "needs {link}"),
    ],
)
def test_a_file_that_could_send_nothing_is_refused_with_the_way_out(tmp_path: Path, file: str, wrong: str) -> None:
    (tmp_path / "sms.toml").write_text(file, encoding="utf-8")
    with pytest.raises(StartError, match=wrong) as error:
        read_gateway(tmp_path / "sms.toml")
    assert "docs/sms.md" in str(error.value)


def test_nothing_is_sent_by_default_in_a_demo_or_to_an_address_that_no_phone_can_open(tmp_path: Path) -> None:
    file = tmp_path / "sms.toml"
    file.write_text(f'url = "{URL}{{secret}}"\nsecret_file = "secret"')
    (tmp_path / "secret").write_text("s3cret\n")
    nowhere = Settings(state=tmp_path, sms_gateway=file)
    whole = Settings(state=tmp_path, sms_gateway=file, public_url="https://115.example")
    assert find_gateway(Settings(state=tmp_path), is_demo=False) is None
    assert find_gateway(whole, is_demo=True) is None
    with pytest.raises(StartError, match="SAIGON115_PUBLIC_URL"):
        find_gateway(nowhere, is_demo=False)
    assert find_gateway(whole, is_demo=False) == Gateway(url=f"{URL}{{secret}}", secret="s3cret", secret_file="secret")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(ACCEPTED, "accepted"), (HANGS_UP, "unclear"), ((403, "no"), "refused"), ((200, "x" * 99_999), "accepted")],
)
async def test_a_real_gateway_is_asked_once(answer: tuple[int, str], outcome: Outcome) -> None:
    with running_gateway() as http:
        http.answer = lambda asked: answer
        chosen = gateway(url=f"{http.url}/send", headers=JSON, body='{"to": "{number}", "text": "{text}"}')
        async with httpx.AsyncClient() as client:
            assert (await hand_over(chosen, client, **MESSAGE))[0] == outcome
    (asked,) = http.asked
    assert (asked.method, asked.path, asked.headers["Authorization"]) == ("POST", "/send", "Bearer s3cret")


@pytest.mark.parametrize(
    ("url", "outcome"), [("http://127.0.0.1:1/", "unreachable"), ("http://127.0.0.1:1 1/", "refused")]
)
async def test_a_gateway_that_is_not_there_has_taken_nothing(url: str, outcome: Outcome) -> None:
    async with httpx.AsyncClient() as client:
        assert (await hand_over(gateway(url=url), client, **MESSAGE))[0] == outcome
