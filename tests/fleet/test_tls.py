"""TLS as Dask offers it: who shows no certificate of the authority reaches neither side, and is told what to do."""

import gc
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

distributed = pytest.importorskip("distributed", reason="the extra fleet is not installed")

from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from tests.fleet.listeners import listening  # noqa: E402

from gilbench.fleet.cluster import (  # noqa: E402
    RemoteCluster,
    first_connection,
    quiet_dask,
    workers_of,
)
from gilbench.fleet.messages import Obstacle  # noqa: E402
from gilbench.fleet.tls import TlsFiles, remedy_of  # noqa: E402
from gilbench.model import InputError  # noqa: E402

# Tornado leaves a socket open where TLS cannot begin; Python closes it when it is collected.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
PATIENCE_S = 120.0  # every refusal comes at once, however busy the host is
PEM = serialization.Encoding.PEM
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gilbench")])


@pytest.fixture(autouse=True)
def collected():
    """What a test has left open is collected before the next one, which may have other rules."""
    yield
    gc.collect()


def files(folder: Path, days: int = 1) -> TlsFiles:
    """A certificate that is its own authority, valid for so many days, or until so many days ago."""
    folder.mkdir()
    key = ec.generate_private_key(ec.SECP256R1())
    ends = datetime.now(UTC) + timedelta(days)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - timedelta(10))
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    own = TlsFiles(folder / "ca", folder / "cert", folder / "key")
    own.ca_file.write_bytes(certificate.public_bytes(PEM))
    own.cert.write_bytes(certificate.public_bytes(PEM))
    write_key(own.key, key, serialization.NoEncryption())
    return own


def write_key(path: Path, key, encryption) -> None:
    path.write_bytes(key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, encryption))


@contextmanager
def scheduler(security: distributed.Security | None) -> Iterator[str]:
    """A scheduler with a worker, and its address."""
    protocol = "tls" if security else "tcp"
    with (
        quiet_dask(),
        distributed.LocalCluster(
            n_workers=1,
            processes=False,
            threads_per_worker=1,
            protocol=f"{protocol}://",
            security=security,
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address=None,
        ) as running,
    ):
        assert running.scheduler_address.startswith(protocol)
        yield running.scheduler_address


def obstacle(address: str, tls: TlsFiles | None) -> Obstacle:
    """What keeps a worker from joining, which asks as a client does."""
    found = RemoteCluster(address, tls).why_no_scheduler(PATIENCE_S)
    assert found is not None
    return found


def test_only_who_has_the_certificate_is_let_in(tmp_path, monkeypatch):
    """Everybody else ends in one line that says which file is wrong."""
    own, foreign = files(tmp_path / "own"), files(tmp_path / "foreign")
    with scheduler(own.security()) as address:
        client = first_connection(RemoteCluster(address, own), address)
        assert client.submit(sum, (1, 2)).result(timeout=PATIENCE_S) == 3
        (worker,) = workers_of(client)
        assert (worker.name, worker.ip) == ("worker-0", "127.0.0.1")
        client.close()
        assert "signed the scheduler's certificate with --tls-ca-file" in (
            obstacle(address, foreign).remedy
        )
        of_another = replace(foreign, ca_file=own.ca_file)
        assert "--tls-cert and --tls-key that the authority" in obstacle(address, of_another).remedy
        plain = address.replace("tls://", "tcp://")
        assert "say tls:// and name --tls-ca-file" in obstacle(plain, None).remedy
        monkeypatch.setattr("gilbench.fleet.cluster.CONNECT_LIMIT_S", PATIENCE_S)
        with pytest.raises(InputError, match=r"no scheduler answers.*with --tls-ca-file"):
            first_connection(RemoteCluster(address, foreign), address)


def test_a_scheduler_without_tls_is_told(tmp_path):
    """Whose address has to begin with tcp://."""
    with scheduler(None) as address:
        found = obstacle(address.replace("tcp://", "tls://"), files(tmp_path / "own"))
    assert "say tcp://" in found.remedy, found


@contextmanager
def server_with(tls: TlsFiles) -> Iterator[str]:
    """Does nothing but the handshake of TLS; a scheduler would not start with such a certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tls.cert, tls.key)

    def shake_hands(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            context.wrap_socket(connection, server_side=True).close()

    with listening(shake_hands) as place:
        yield f"tls://{place}"


def test_a_certificate_that_has_expired_is_told(tmp_path):
    """That of the scheduler."""
    past = files(tmp_path / "past", days=-1)
    with server_with(past) as address, quiet_dask():
        found = obstacle(address, past)
    assert "has expired" in found.reason
    assert "that is still valid" in found.remedy


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("[SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca", "--tls-cert and --tls-key that"),
        ("[SSL: SSLV3_ALERT_CERTIFICATE_EXPIRED] expired", "still valid with --tls-cert"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate is not yet valid", "set the clock"),
        ("[Errno 113] No route to host", ""),
    ],
)
def test_what_ssl_says_has_a_remedy(reason, remedy):
    """And nothing else has one of TLS."""
    assert remedy in remedy_of(reason)
    assert bool(remedy) == bool(remedy_of(reason))


def test_a_key_with_a_passphrase_is_one_line(tmp_path):
    """ssl would ask the terminal for it, in every process again."""
    own = files(tmp_path / "own")
    key = serialization.load_pem_private_key(own.key.read_bytes(), None)
    write_key(own.key, key, serialization.BestAvailableEncryption(b"secret"))
    with pytest.raises(InputError, match=r"has a passphrase.*openssl pkey -in"):
        RemoteCluster("tls://10.0.0.1:1", own)


def test_files_that_are_no_certificates_are_one_line(tmp_path):
    """Or do not belong together; Dask would say so in a traceback, again and again."""
    own, other = files(tmp_path / "own"), files(tmp_path / "other")
    for mixed in (TlsFiles(own.ca_file, own.cert, other.key), TlsFiles(own.key, own.cert, own.key)):
        with pytest.raises(InputError, match="that belong together"):
            RemoteCluster("tls://10.0.0.1:1", mixed)
