"""TLS as Dask offers it: who shows no certificate of the authority reaches neither side."""

from pathlib import Path

import pytest

distributed = pytest.importorskip("distributed", reason="the extra fleet is not installed")

from gilbench.fleet.cluster import (  # noqa: E402
    RemoteCluster,
    TlsFiles,
    first_connection,
    quiet_dask,
    workers_of,
)
from gilbench.model import InputError  # noqa: E402


def files(folder: Path) -> TlsFiles:
    """Temporary credentials, as files."""
    folder.mkdir()
    security = distributed.Security.temporary()
    texts = {
        "ca": security.tls_ca_file,
        "cert": security.tls_client_cert,
        "key": security.tls_client_key,
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    return TlsFiles(folder / "ca", folder / "cert", folder / "key")


def test_only_who_has_the_certificate_is_let_in(tmp_path, monkeypatch):
    """A certificate of another authority, and none at all, end in one line."""
    from gilbench.fleet import cluster

    own, foreign = files(tmp_path / "own"), files(tmp_path / "foreign")
    monkeypatch.setattr(cluster, "CONNECT_LIMIT_S", 60.0)
    with (
        quiet_dask(),
        distributed.LocalCluster(
            n_workers=1,
            processes=False,
            threads_per_worker=1,
            security=own.security(),
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address=None,
        ) as running,
    ):
        address = running.scheduler_address
        assert address.startswith("tls://")
        client = first_connection(RemoteCluster(address, own), address)
        assert client.submit(sum, (1, 2)).result(timeout=60) == 3
        (worker,) = workers_of(client)
        assert (worker.name, worker.ip) == ("worker-0", "127.0.0.1")
        client.close()
        monkeypatch.setattr(cluster, "CONNECT_LIMIT_S", 1.0)
        with pytest.raises(InputError, match="no scheduler answers"):
            first_connection(RemoteCluster(address, foreign), address)
        plain = address.replace("tls://", "tcp://")
        with pytest.raises(InputError, match="no scheduler answers"):
            first_connection(RemoteCluster(plain, None), plain)


def test_files_that_are_no_certificates_are_one_line(tmp_path):
    """Or do not belong together; Dask would say so in a traceback, again and again."""
    own, other = files(tmp_path / "own"), files(tmp_path / "other")
    for mixed in (TlsFiles(own.ca_file, own.cert, other.key), TlsFiles(own.key, own.cert, own.key)):
        with pytest.raises(InputError, match="that belong together"):
            RemoteCluster("tls://10.0.0.1:1", mixed)
