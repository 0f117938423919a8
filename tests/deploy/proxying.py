"""nginx and Caddy with the configuration of deploy/, told only where the nodes are and on which ports to listen."""

import os
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.deploy.installation import DEPLOY
from tests.faults.cluster import free_port

ADDRESS = "127.0.0.1"


class Proxy(NamedTuple):
    """A running one: its ports, and the certificate that its own is signed with."""

    http_port: int
    tls_port: int
    authority: Path

    @property
    def url(self) -> str:
        """Where people reach it."""
        return f"https://{ADDRESS}:{self.tls_port}"


def changed(text: str, changes: Mapping[str, str]) -> str:
    """A configuration with a few places changed, each of which has to be there."""
    for before, after in changes.items():
        assert before in text, before
        text = text.replace(before, after)
    return text


@contextmanager
def nginx(program: Path, folder: Path, node_ports: tuple[int, int]) -> Iterator[Proxy]:
    """nginx in front of two nodes."""
    proxy = Proxy(free_port(), free_port(), folder / "certificate.pem")
    _make_certificate(proxy.authority, folder / "key.pem")
    (folder / "alongside.conf").write_text(nginx_configuration(folder, proxy, node_ports))
    (folder / "nginx.conf").write_text(_around(folder))
    command = [str(program), "-c", f"{folder}/nginx.conf", "-p", str(folder), "-e", "stderr"]
    with _running(command, {}, folder, proxy):
        yield proxy


def nginx_configuration(folder: Path, proxy: Proxy, node_ports: tuple[int, int]) -> str:
    """deploy/nginx/alongside.conf, told where things are here."""
    certificate = "/etc/letsencrypt/live/help.example.com"
    return changed(
        (DEPLOY / "nginx/alongside.conf").read_text(),
        {
            "listen [::]:80;": "",
            "listen [::]:443 ssl http2;": "",
            "listen 80;": f"listen {ADDRESS}:{proxy.http_port};",
            "listen 443 ssl http2;": f"listen {ADDRESS}:{proxy.tls_port} ssl http2;",
            "server_name help.example.com;": f"server_name {ADDRESS};",
            f"{certificate}/fullchain.pem": str(proxy.authority),
            f"{certificate}/privkey.pem": str(folder / "key.pem"),
            "127.0.0.1:8001": f"127.0.0.1:{node_ports[0]}",
            "127.0.0.1:8002": f"127.0.0.1:{node_ports[1]}",
            "/var/cache/nginx/alongside": str(folder / "cache"),
        },
    )


def _around(folder: Path) -> str:
    """What a system's nginx.conf says around it."""
    kept = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"  {name}_temp_path {folder}/{name};\n" for name in kept)
    user = "user root;\n" if os.geteuid() == 0 else ""
    main = f"{user}daemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nevents {{ worker_connections 512; }}\n"
    return f"{main}http {{\n  access_log off;\n{places}  include {folder}/alongside.conf;\n}}\n"


@contextmanager
def caddy(program: Path, folder: Path, node_ports: tuple[int, int]) -> Iterator[Proxy]:
    """Caddy in front of two nodes; it signs its certificate itself."""
    home = folder / "caddy"
    proxy = Proxy(free_port(), free_port(), home / "caddy/pki/authorities/local/root.crt")
    ports = f"http_port {proxy.http_port}\n\thttps_port {proxy.tls_port}\n"
    harmless = "skip_install_trust\n\tadmin off\n\tpersist_config off\n\t"
    text = (DEPLOY / "caddy/Caddyfile").read_text()
    text = changed(text, {"grace_period 30s\n": f"grace_period 1s\n\t{harmless}{ports}"})
    (folder / "Caddyfile").write_text(text)
    nodes = dict(
        zip(("127.0.0.1:8001", "127.0.0.1:8002"), (f"127.0.0.1:{port}" for port in node_ports), strict=True)
    )
    (folder / "upstreams.caddy").write_text(changed((DEPLOY / "caddy/upstreams.caddy").read_text(), nodes))
    environment = {"ALONGSIDE_SITE": ADDRESS, "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    command = [str(program), "run", "--adapter", "caddyfile", "--config", f"{folder}/Caddyfile"]
    with _running(command, environment, folder, proxy):
        yield proxy


@contextmanager
def _running(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, proxy: Proxy
) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, **environment}, cwd=folder
        )
    try:
        _until_it_speaks(process, proxy, folder / "log")
        yield
    finally:
        process.terminate()
        process.wait(30)


def _until_it_speaks(process: "subprocess.Popen[bytes]", proxy: Proxy, log: Path) -> None:
    """Caddy signs its certificate some moments after it listens."""
    until = time.monotonic() + 30
    while not _speaks(proxy):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)


def _speaks(proxy: Proxy) -> bool:
    try:
        trusting = ssl.create_default_context(cafile=proxy.authority)
        with socket.create_connection((ADDRESS, proxy.tls_port), timeout=5) as line:
            trusting.wrap_socket(line, server_hostname=ADDRESS).close()
    except OSError:
        return False
    return True


def _make_certificate(certificate: Path, key_file: Path) -> None:
    """One that signs itself, for ADDRESS."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ADDRESS)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(ADDRESS))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
