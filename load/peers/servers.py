"""The two servers of a comparison. Each is started for one run and removed after it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
MODULES = [Path("/usr/lib/nginx/modules/ngx_nchan_module.so"), Path("/usr/share/nginx/modules/ngx_nchan_module.so")]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port, process):
    """Waits until the port accepts connections; fails if the process ends first."""
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit(f"{process.args[0]} ended with {process.returncode} before it listened")
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"{process.args[0]} did not listen within 30 s")


def wait_until_idle(process):
    """Waits until the process has used less than 5 % of a processor for two seconds: what it does after its start, such as mail
    to everybody who holds a pass for the show, is over. It gives up after two minutes."""
    tick, since = os.sysconf("SC_CLK_TCK"), None
    for _ in range(240):
        before = cpu_ticks(process.pid)
        time.sleep(0.5)
        busy = (cpu_ticks(process.pid) - before) / tick / 0.5 > 0.05
        since = None if busy else since or time.monotonic()
        if since and time.monotonic() - since >= 1.5:
            return
    print(f"    {process.args[0]} is not idle two minutes after its start", file=sys.stderr)


def cpu_ticks(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def stop(process):
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Nchan:
    """nginx with the nchan module: one location to subscribe to, one to publish to."""

    name = "nchan"

    def __init__(self, readers, frame):
        self.frame = frame
        module = next((m for m in MODULES if m.exists()), None)
        if module is None or shutil.which("nginx") is None:
            raise SystemExit("nginx with nchan is not installed: apt-get install nginx libnginx-mod-nchan")
        self.module = module

    def __enter__(self):
        self.dir = Path(tempfile.mkdtemp())
        self.dir.chmod(0o755)
        self.port = free_port()
        text = (HERE / "nchan.conf").read_text()
        words = {"MODULE": self.module, "DIR": self.dir, "PORT": self.port, "WORKERS": os.cpu_count()}
        for word, value in words.items():
            text = text.replace(f"@{word}@", str(value))
        (self.dir / "nginx.conf").write_text(text)
        self.process = subprocess.Popen(["nginx", "-p", self.dir, "-c", self.dir / "nginx.conf"], stderr=subprocess.DEVNULL)
        wait_for(self.port, self.process)
        return self

    def __exit__(self, *_):
        stop(self.process)
        shutil.rmtree(self.dir, ignore_errors=True)

    def arguments(self):
        at = f"http://127.0.0.1:{self.port}"
        # A token has about 26 bytes, and nchan adds 23 ("id: …", "data: "); the rest is padding.
        return ["--url", f"{at}/sub/room", "--publish-url", f"{at}/pub/room",
                "--publish-header", "Content-Type: text/plain",
                "--publish-body-template", "{ts} {pad:%d}" % max(0, self.frame - 49)]


class Backstage:
    """`backstage demo` from the release build: signed-in people who hold the pass, posts through the form, rules, one fsync per
    commit, HTML. Each run has a new data directory with its own people."""

    name = "backstage"

    def __init__(self, readers, rate, program=ROOT / "target/release/backstage"):
        self.readers, self.speakers = readers, max(50, 2 * rate)
        self.program = program
        if not self.program.exists():
            raise SystemExit(f"{program} does not exist: cargo build --release -p server")

    def __enter__(self):
        self.dir = Path(tempfile.mkdtemp())
        people = self.dir / "people"
        self.start()
        stop(self.process)
        made = subprocess.run([self.program, "identities", "--space", "maya", "--pass", "front-row",
                               "--count", str(self.readers + self.speakers), "--data", self.dir / "data"],
                              check=True, capture_output=True, text=True).stdout.splitlines()
        people.write_text("\n".join(made[:self.readers]))
        (self.dir / "speakers").write_text("\n".join(made[self.readers:]))
        self.start()
        wait_until_idle(self.process)
        return self

    def start(self):
        self.port = free_port()
        self.process = subprocess.Popen(
            [self.program, "demo", "--json", "--listen", f"127.0.0.1:{self.port}", "--data", self.dir / "data"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.doors = json.loads(self.process.stdout.readline())
        wait_for(self.port, self.process)

    def __exit__(self, *_):
        stop(self.process)
        shutil.rmtree(self.dir, ignore_errors=True)

    def arguments(self):
        at = f"http://127.0.0.1:{self.port}"
        return ["--url", at + self.doors["events"], "--headers-file", self.dir / "people",
                "--publish-url", at + self.doors["messages"], "--publish-headers-file", self.dir / "speakers",
                "--publish-header", "Content-Type: application/x-www-form-urlencoded",
                "--publish-body-template", "body={ts}&client_id={uuid}"]
