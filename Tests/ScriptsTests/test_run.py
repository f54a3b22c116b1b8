"""scripts/run while it serves: starting, stopping, and what happens when something dies."""

import json
import os
import pty
import select
import signal
import subprocess
import threading
import urllib.error
import urllib.request

import pytest

from conftest import wait_until


def get(url, token=None):
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    with urllib.request.urlopen(request, timeout=10) as response:
        return response.read()


def history(url, token):
    return [message["content"] for message in json.loads(get(f"{url}/chat/lobby/history", token))["messages"]]


def say_in_lobby(script, url, token, text):
    """Sends a line with the terminal client, as the printed line suggests; it ends when that is acknowledged."""
    subprocess.run(
        [script.environment["CHAT_BIN"], "connect", "lobby", "--url", url.replace("http", "ws", 1), "--token", token],
        env=script.environment,
        input=f"{text}\n".encode(),
        stdout=subprocess.DEVNULL,
        timeout=60,
        check=True,
    )
    assert text in history(url, token)


class Terminal:
    """A terminal on which a script runs; what it prints is read, so that it never waits for that."""

    def __init__(self):
        self.ours, self.theirs = pty.openpty()
        self.text = ""
        self.hung_up = threading.Event()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while not self.hung_up.is_set():
            if select.select([self.ours], [], [], 0.05)[0]:
                try:
                    self.text += os.read(self.ours, 4096).decode(errors="replace")
                except OSError:
                    return  # nobody has it open any more

    def hang_up(self):
        """Closes our end, as a terminal window does. Not while it is read: that would keep it open."""
        self.hung_up.set()
        self.reader.join()
        os.close(self.ours)

    def wait_for(self, text, seconds=60):
        wait_until(lambda: text in self.text, seconds, f"{text!r} on the terminal")


def start_on_terminal(start, environment):
    """Starts scripts/run as the foreground of a terminal of its own. Returns it and the terminal."""
    terminal = Terminal()
    # A session gets its terminal, and with it the terminal's signals, by asking for it.
    runner = (
        "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
    )
    run = start(
        script="/usr/bin/env",
        arguments=["python3", "-c", runner, str(start.root / "scripts/run")],
        terminal=terminal.theirs,
    )
    os.close(terminal.theirs)
    return run, terminal


def test_prints_how_to_join_and_then_that_it_is_ready(start):
    run = start()
    url = run.ready_url()
    assert get(f"{url}/healthz")
    lines = run.lines()
    assert lines[-1] == f"ready {url}"
    joins = [line for line in lines if " connect lobby --url ws://" in line]
    assert [run.token("alice") in joins[0], run.token("bob") in joins[1]] == [True, True]
    assert f"{url}/" in run.text()


def test_the_printed_tokens_let_two_people_in(start):
    run = start()
    url = run.ready_url()
    assert history(url, run.token("alice")) == history(url, run.token("bob")) == []


def test_serves_the_web_client(start):
    url = start().ready_url()
    assert b"<html" in get(f"{url}/").lower()


def test_ctrl_c_on_a_terminal_stops_the_service_before_the_database(start, environment, nothing_runs):
    run, terminal = start_on_terminal(start, environment)
    terminal.wait_for("ready http")
    os.write(terminal.ours, b"\x03")
    assert run.code() == 0
    nothing_runs()
    assert 0 < terminal.text.index("Stopping the service") < terminal.text.index("Stopping the database")


def test_a_terminal_that_hangs_up_leaves_no_process(start, environment, nothing_runs):
    run, terminal = start_on_terminal(start, environment)
    terminal.wait_for("ready http")
    terminal.hang_up()
    run.code()
    nothing_runs()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_stops_everything_and_the_exit_code_is_zero(start, nothing_runs, name):
    run = start()
    run.ready_url()
    assert run.end(getattr(signal, name)) == 0, run.text()
    nothing_runs()
    assert run.text().index("Stopping the service") < run.text().index("Stopping the database")


def test_sigint_stops_it_also_in_the_background_of_a_script(start, nothing_runs):
    """A shell without job control starts such a command with SIGINT ignored."""
    shell = start(["-c", '"$1" & echo "pid $!"; wait', "_", str(start.root / "scripts/run")], script="/bin/sh")
    shell.ready_url()
    pid = next(int(line.split()[1]) for line in shell.lines() if line.startswith("pid "))
    os.kill(pid, signal.SIGINT)
    shell.code()
    nothing_runs()
    assert "Stopping the database" in shell.text()


def test_a_closed_output_stops_nothing_halfway(start, environment, nothing_runs):
    """As with `scripts/run | head`: its next line cannot be written."""
    process = subprocess.Popen(
        [str(start.root / "scripts/run")], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    process.stdout.readline()
    process.stdout.close()
    process.wait(60)
    nothing_runs()


def test_messages_are_there_after_a_restart(start):
    run = start()
    url = run.ready_url()
    say_in_lobby(run, url, run.token("alice"), "before the restart")
    assert run.end() == 0
    again = start()
    url = again.ready_url()
    assert history(url, again.token("bob")) == ["before the restart"]
    say_in_lobby(again, url, again.token("bob"), "after the restart")


def test_a_token_is_valid_after_a_restart(start):
    run = start()
    run.ready_url()
    token = run.token("alice")
    run.end()
    assert history(start().ready_url(), token) == []


def test_a_start_after_kill_9_finds_the_messages_and_no_obstacle(start):
    run = start()
    url = run.ready_url()
    say_in_lobby(run, url, run.token("alice"), "before the kill")
    run.end(signal.SIGKILL)
    again = start()
    url = again.ready_url()
    assert history(url, again.token("alice")) == ["before the kill"]
    assert again.end() == 0


def test_a_database_that_was_left_behind_is_ended_by_the_next_start(start, environment):
    run = start()
    run.ready_url()
    data = environment["CHAT_DATA"]
    database = run.pid("db")
    run.end()
    # As if the script had been killed in such a way that the database lives on.
    left = subprocess.Popen(
        [environment["SECANTUS_BIN"], "--host", "127.0.0.1", "--port", "0", "--storage-path", f"{data}/db"],
        env=environment,
        stderr=subprocess.PIPE,
    )
    try:
        assert any(b"listening" in line for line in left.stderr)
        (start.data / "db.pid").write_text(f"{left.pid}\n")
        start().ready_url()
        assert left.wait(10) == 0
        assert left.pid != database
    finally:
        left.kill()
        left.wait()


def test_a_recorded_process_that_is_not_ours_is_let_alone(start):
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        start.data.mkdir()
        for name in ("db", "service"):
            (start.data / f"{name}.pid").write_text(f"{stranger.pid}\n")
        start().ready_url()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_says_so_when_the_database_dies_and_stops_the_service(start, nothing_runs):
    run = start()
    run.ready_url()
    os.kill(run.pid("db"), signal.SIGKILL)
    assert run.code() == 1
    assert "the database ended by itself" in run.text()
    nothing_runs()


def test_says_so_when_the_service_dies_and_stops_the_database(start, nothing_runs):
    run = start()
    run.ready_url()
    os.kill(run.pid("service"), signal.SIGKILL)
    assert run.code() == 137
    assert "the service ended by itself with status 137" in run.text()
    nothing_runs()


def test_uses_the_database_that_is_named_and_starts_none(start, folder, environment):
    server = start(CHAT_DATA=str(folder / "other"))
    server.ready_url()
    listening = (folder / "other/logs/database.log").read_text().split("listening on ")[1].split()[0]
    run = start(MONGODB_URI=f"mongodb://{listening}/", MONGODB_DATABASE="another", SECANTUS_BIN=None)
    assert get(f"{run.ready_url()}/readyz")
    assert not (start.data / "db").exists()
    assert run.end() == 0
    assert server.process.poll() is None


def test_without_the_development_login_nobody_gets_a_token(start):
    url = start(CHAT_DEV_LOGIN="false").ready_url()
    request = urllib.request.Request(
        f"{url}/auth/dev", data=b'{"user_id":"eve","name":"Eve"}', headers={"Content-Type": "application/json"}
    )
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request, timeout=10)
    assert refusal.value.code in (403, 404)
