"""
A real Asterisk for the tests, configured as an exchange of 115 would be: a trunk, a queue, seats, recordings.

It is a peer and no part of the system: `ASTERISK` names its program, or it is found on the PATH; where there is none,
its tests are skipped and say so. Needed of it: PJSIP, app_queue and app_mixmonitor. Callers come from 127.0.0.1, the
seats' telephones sit at 127.0.0.2.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from dispatch.telephony.ami import read_message

WAY_OUT = "no Asterisk here; name its program in ASTERISK, or put it on the PATH"
USER, SECRET = "desk", "only for tests"
SEATS = ("S1", "S2", "S3")
TRUNK_HOST, SEAT_HOST = "127.0.0.1", "127.0.0.2"
START_S = 60.0

MODULES = """
app_dial app_mixmonitor app_queue app_stack app_verbose bridge_builtin_features bridge_holding bridge_native_rtp
bridge_simple bridge_softmix chan_pjsip codec_alaw codec_ulaw format_pcm format_wav func_callerid func_channel
func_strings pbx_config res_musiconhold res_pjproject res_pjsip res_pjsip_caller_id res_pjsip_dlg_options
res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user res_pjsip_header_funcs res_pjsip_nat
res_pjsip_pubsub res_pjsip_refer res_pjsip_rfc3326 res_pjsip_sdp_rtp res_pjsip_session res_rtp_asterisk
res_sorcery_astdb res_sorcery_config res_sorcery_memory res_timing_timerfd
"""

ASTERISK = """
[directories]
astetcdir => {folder}
astvarlibdir => {folder}/lib
astdbdir => {folder}/lib
astkeydir => {folder}/lib
astspooldir => {folder}/spool
astrundir => {folder}
astlogdir => {folder}/log
[options]
nocolor = yes
"""
MANAGER = """
[general]
enabled = yes
bindaddr = 127.0.0.1
port = {ami_port}
timestampevents = yes
[{user}]
secret = {secret}
read = call,agent,dialplan
write = reporting,system{more_rights}
"""
TRUNK = """
[udp]
type = transport
protocol = udp
bind = 127.0.0.1:{sip_port}
[trunk]
type = endpoint
context = from-trunk
aors = trunk
disallow = all
allow = alaw
trust_id_inbound = yes
direct_media = no
[trunk]
type = aor
contact = sip:127.0.0.1:{outside_port}
[trunk]
type = identify
endpoint = trunk
match = 127.0.0.1
"""
SEAT = """
[{seat}]
type = endpoint
context = seats
aors = {seat}
disallow = all
allow = alaw
direct_media = no
[{seat}]
type = aor
contact = sip:{seat}@127.0.0.2:{port}
"""
QUEUES = """
[115]
strategy = {strategy}
timeout = 60
retry = 1
ringinuse = no
"""
EXTENSIONS = """
[from-trunk]
exten => 115,1,Answer()
 same => n,MixMonitor(${UNIQUEID}.wav)
 same => n,Queue(115)
 same => n,Hangup()
exten => 116,1,Dial(PJSIP/S1,20)
exten => 117,1,Queue(115,r)
[seats]
exten => _S.,1,Dial(PJSIP/${EXTEN},20)
exten => _0.,1,Dial(PJSIP/${EXTEN}@trunk,20)
"""


def find_asterisk() -> str | None:
    return os.environ.get("ASTERISK") or shutil.which("asterisk")


class Asterisk:
    """One exchange in a folder of its own. Killed and started again it is at the same ports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sip_port, self.ami_port, self.outside_port = _free(TRUNK_HOST), _free_tcp(), _free(TRUNK_HOST)
        self.seat_ports = {seat: _free(SEAT_HOST) for seat in SEATS}
        self._process: asyncio.subprocess.Process | None = None

    def write(self, *, strategy: str = "linear", more_rights: str = "") -> None:
        """Its configuration, whole; nothing of this machine's own is read."""
        ports = {"sip_port": self.sip_port, "ami_port": self.ami_port, "outside_port": self.outside_port}
        seats = "".join(SEAT.format(seat=seat, port=port) for seat, port in self.seat_ports.items())
        members = "".join(f"member => PJSIP/{seat}\n" for seat in SEATS)
        for folder in ("lib", "spool", "log"):
            (self.folder / folder).mkdir(exist_ok=True)
        for name, text in {
            "asterisk": ASTERISK.format(folder=self.folder),
            "modules": "[modules]\nautoload = no\n" + "".join(f"load = {name}.so\n" for name in MODULES.split()),
            "manager": MANAGER.format(user=USER, secret=SECRET, more_rights=more_rights, **ports),
            "pjsip": TRUNK.format(**ports) + seats,
            "queues": QUEUES.format(strategy=strategy) + members,
            "extensions": EXTENSIONS,
            "logger": "[logfiles]\nfull = notice,warning,error,verbose\n",
            "rtp": "[general]\n",
            "musiconhold": "",
            "features": "",
        }.items():
            (self.folder / f"{name}.conf").write_text(text.lstrip())

    async def start(self) -> None:
        """Returns when it is fully up."""
        command = (find_asterisk() or "asterisk", "-f", "-C", str(self.folder / "asterisk.conf"))
        null = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(*command, stdin=null, stdout=null, stderr=null)
        await self.cli("core waitfullybooted")

    async def kill(self) -> None:
        """As `kill -9` does."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def cli(self, command: str) -> str:
        """What its own console answers; asked again until it is there."""
        program, pipe = find_asterisk() or "asterisk", asyncio.subprocess.PIPE
        async with asyncio.timeout(START_S):
            while True:
                asked = await asyncio.create_subprocess_exec(
                    program, "-C", str(self.folder / "asterisk.conf"), "-rx", command, stdout=pipe, stderr=pipe
                )
                out, _ = await asked.communicate()
                if asked.returncode == 0:
                    return out.decode()
                assert self._process is not None
                assert self._process.returncode is None, "Asterisk ended while starting"
                await asyncio.sleep(0.1)

    async def until_quiet(self) -> None:
        """Until every channel is gone."""
        async with asyncio.timeout(START_S):
            while "0 active channels" not in await self.cli("core show channels count"):  # noqa: ASYNC110  its own process
                await asyncio.sleep(0.05)

    async def act(self, **action: str) -> None:
        """One action of the manager interface, on a connection of its own."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.ami_port)
        login = {"Action": "Login", "Username": USER, "Secret": SECRET, "Events": "off"}
        for one in (login, action):
            writer.write(("".join(f"{key}: {value}\r\n" for key, value in one.items()) + "\r\n").encode())
            while "Response" not in (answer := await read_message(reader)):
                pass
            assert answer["Response"] == "Success", answer
        writer.close()


@asynccontextmanager
async def running_asterisk(folder: Path, *, strategy: str = "linear", more_rights: str = "") -> AsyncIterator[Asterisk]:
    asterisk = Asterisk(folder)
    asterisk.write(strategy=strategy, more_rights=more_rights)
    try:
        await asterisk.start()
        yield asterisk
    finally:
        await asterisk.kill()


def _free(host: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def _free_tcp() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
