"""What the settings say of Elasticsearch reaches the wire: key, certificate authority, time limit."""

from __future__ import annotations

import datetime as dt
import http.server
import ipaddress
import json
import logging
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from elasticsearch import TransportError

from indexer.engines.elastic_client import connect, connection_options
from schemas.settings import load_settings

pytestmark = pytest.mark.integration  # a server answers


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "search.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "ca.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return public, private


class Node(http.server.BaseHTTPRequestHandler):
    """Answers as a node's front page does and remembers who asked."""

    keys: list[str | None]

    def do_GET(self) -> None:
        self.keys.append(self.headers["Authorization"])
        body = json.dumps({"version": {"number": "8.19.0"}, "tagline": "You Know, for Search"}).encode()
        self.send_response(200)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def node(tmp_path: Path) -> Iterator[tuple[str, Path, list[str | None]]]:
    """(address, certificate, keys that were sent) of a node behind TLS."""
    public, private = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    keys: list[str | None] = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Asked", (Node,), {"keys": keys}))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}", public, keys
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_key_is_sent_to_a_node_whose_certificate_is_vouched_for(
    node: tuple[str, Path, list[str | None]], tmp_path: Path
) -> None:
    address, public, keys = node
    settings = load_settings(
        data_dir=tmp_path,
        elasticsearch_url=address,
        elasticsearch_api_key="c2FtcGxlOmtleQ==",
        elasticsearch_ca_file=public,
    )
    client = connect([address], **connection_options(settings))
    assert client.info()["version"]["number"] == "8.19.0"
    assert keys == ["ApiKey c2FtcGxlOmtleQ=="]
    client.close()


def test_the_log_does_not_tell_of_every_request(
    node: tuple[str, Path, list[str | None]], caplog: pytest.LogCaptureFixture
) -> None:
    address, public, _ = node
    with caplog.at_level(logging.NOTSET, "elastic_transport.transport"), caplog.at_level(logging.INFO):
        client = connect([address], ca_certs=str(public))
        client.info()
        client.close()
    assert [record for record in caplog.records if record.name.startswith("elastic")] == []


def test_nothing_is_sent_to_a_node_nobody_vouches_for(
    node: tuple[str, Path, list[str | None]], tmp_path: Path
) -> None:
    address, _, keys = node
    settings = load_settings(
        data_dir=tmp_path, elasticsearch_url=address, elasticsearch_api_key="c2FtcGxlOmtleQ=="
    )
    client = connect([address], **connection_options(settings))
    with pytest.raises(TransportError, match=r"(?i)certificate.verify.failed"):
        client.info()
    assert keys == []
    client.close()
