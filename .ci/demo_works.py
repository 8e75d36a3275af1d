"""Starts `cargoscope demo` as a user would, waits for a scan with its findings, and stops it with Ctrl-C."""

import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

import httpx

LIMIT_S = 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read_until(process: subprocess.Popen[str], pattern: str, deadline: float) -> re.Match[str]:
    assert process.stdout is not None
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        if not line:
            break
        print("demo |", line.rstrip())
        if match := re.search(pattern, line):
            return match
    sys.exit(f"the demo never printed {pattern!r}")


def main(command: str) -> None:
    port, started = free_port(), time.monotonic()
    deadline = started + LIMIT_S
    with tempfile.TemporaryDirectory() as data_dir:
        process = subprocess.Popen(
            [command, "demo", "--data-dir", data_dir, "--port", str(port), "--every", "2"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            password = read_until(process, r"password\s+(\S+)\s+\(one time", deadline).group(1)
            with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
                wait_for_scan(client, password, deadline)
            print(f"first analysed scan after {time.monotonic() - started:.1f} s")
            process.send_signal(signal.SIGINT)
            code = process.wait(timeout=30)
            if code != 0:
                sys.exit(f"Ctrl-C must end the demo with exit code 0, got {code}")
        finally:
            if process.poll() is None:
                process.kill()


def wait_for_scan(client: httpx.Client, password: str, deadline: float) -> None:
    while time.monotonic() < deadline:
        try:
            if client.get("/ready").status_code == 200:
                break
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    client.post("/v1/login", json={"name": "officer", "password": password}).raise_for_status()
    chosen = {"old": password, "new": "a longer pass phrase for the trial"}
    client.post("/v1/password", json=chosen).raise_for_status()
    for page in ("/static/viewer.js", "/console/"):
        client.get(page).raise_for_status()
    while time.monotonic() < deadline:
        rows = client.get("/v1/scans", params={"state": "open"}).raise_for_status().json()
        if any(row["status"] == "analysed" for row in rows):
            return
        time.sleep(0.3)
    sys.exit("no scan was analysed in time")


main(sys.argv[1])
