"""`saigon115 telephony`: programs that stand beside an exchange and tell the desk of its calls."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import httpx
import typer

from dispatch.errors import StartError
from dispatch.supervise import stop_tasks
from dispatch.telephony import sip
from dispatch.telephony.ami import Manager, follow
from dispatch.telephony.asterisk import Calls
from dispatch.telephony.outbox import Outbox

telephony_app = typer.Typer(no_args_is_help=True)

Desk = Annotated[str, typer.Option(help="Address of the desk.")]
TokenFile = Annotated[Path, typer.Option(help="File with a token of role telephony (`saigon115 token create`).")]
HERE = "http://127.0.0.1:8115"


@telephony_app.command("asterisk")
def asterisk(
    ami: Annotated[str, typer.Option(help="HOST:PORT of Asterisk's manager interface.")],
    user: Annotated[str, typer.Option(help="The manager's user, as in manager.conf.")],
    secret_file: Annotated[Path, typer.Option(help="File with the user's secret.")],
    token_file: TokenFile,
    desk: Desk = HERE,
    context: Annotated[
        list[str] | None, typer.Option(help="A dialplan context that trunks come into; repeat it. None: queues only.")
    ] = None,
    system: Annotated[str, typer.Option(help="A name for this exchange, where there are several.")] = "",
) -> None:
    """Tell the desk what Asterisk tells: who rings, is answered at which seat, gives up, hangs up. Until Ctrl-C."""
    host, port = _address(ami, "--ami")
    manager = Manager(host, port, user, _secret(secret_file, "--secret-file"))
    calls = Calls(tuple(context or ()), system)
    _run(desk, token_file, lambda outbox: follow(manager, calls, outbox.put))


@telephony_app.command("sip")
def sip_bench(
    token_file: TokenFile,
    listen: Annotated[str, typer.Option(help="HOST:PORT to wait for INVITEs on, over UDP.")] = "127.0.0.1:5060",
    desk: Desk = HERE,
    seat: Annotated[list[str] | None, typer.Option(help="A seat that answers; repeat it. None: it only rings.")] = None,
    answer_after_s: Annotated[float, typer.Option(min=0, help="Seconds until a free seat answers.")] = 5.0,
    media: Annotated[str, typer.Option(help="HOST:PORT told to the caller for sound, which is not ours.")] = (
        "127.0.0.1:4000"
    ),
) -> None:
    """A bench for SIP trunks: calls that come in ring on the desk and are answered by seats. It carries no sound."""
    host, port = _address(listen, "--listen")
    bench = sip.Plan(host, port, tuple(seat or ()), answer_after_s, _address(media, "--media"))
    _run(desk, token_file, lambda outbox: sip.wait_for_calls(bench, outbox.put))


def _run(desk: str, token_file: Path, adapter: Callable[[Outbox], Awaitable[None]]) -> None:
    """The adapter and its outbox beside each other, until either ends or Ctrl-C."""
    headers = {"Authorization": f"Bearer {_secret(token_file, '--token-file')}"}

    async def run() -> None:
        async with httpx.AsyncClient(base_url=desk, headers=headers, timeout=10) as client:
            outbox = Outbox(client)
            telling = asyncio.create_task(outbox.run())
            hearing = asyncio.ensure_future(adapter(outbox))
            try:
                await asyncio.wait((telling, hearing), return_when=asyncio.FIRST_COMPLETED)
                for ended in (hearing, telling):
                    if ended.done():
                        ended.result()
            finally:
                await stop_tasks(telling, hearing)

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        typer.echo("stopped")


def _address(text: str, option: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise StartError(f"{option} {text!r} is no HOST:PORT; write it as 127.0.0.1:5038")
    return host.strip("[]"), int(port)


def _secret(path: Path, option: str) -> str:
    try:
        secret = path.read_text("utf-8").strip()
    except OSError as error:
        raise StartError(f"{option} {path} cannot be read: {error.strerror}; give a file with one line") from None
    if not secret:
        raise StartError(f"{option} {path} is empty; put the secret into it, alone on its line")
    return secret
