"""TLS as Dask offers it: the files that a process shows, and what to do where they are refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import distributed

from gilbench.model import InputError, one_line

ENCRYPTED = b"ENCRYPTED"  # stands in the PEM file of a key that has a passphrase
OPTIONS = "--tls-ca-file, --tls-cert and --tls-key"
WITHOUT_FILES = f"say tls:// and name {OPTIONS} if it uses TLS"
OWN_CERTIFICATE = (
    "give --tls-cert and --tls-key that the authority of the scheduler's --tls-ca-file has signed"
)
CLOSED = f"{OWN_CERTIFICATE}, or say tcp:// if it uses no TLS"
# What OpenSSL says, in part, and the remedy; the first that fits counts.
REMEDIES = (
    ("WRONG_VERSION_NUMBER", "say tcp://, for what answers there uses no TLS"),
    ("RECORD_LAYER_FAILURE", "say tcp://, for what answers there uses no TLS"),
    ("certificate has expired", "start the scheduler again with a certificate that is still valid"),
    ("not yet valid", "set the clock here, or start the scheduler with a certificate valid now"),
    (
        "CERTIFICATE_VERIFY_FAILED",
        "name the authority that signed the scheduler's certificate with --tls-ca-file",
    ),
    ("ALERT_CERTIFICATE_EXPIRED", "give a certificate that is still valid with --tls-cert"),
    ("SSL", OWN_CERTIFICATE),
)


@dataclass(frozen=True)
class TlsFiles:
    """The files of TLS, as Dask's ``Security`` takes them."""

    ca_file: Path
    cert: Path
    key: Path

    def security(self) -> distributed.Security:
        """What Dask takes; everything unencrypted is refused.

        Raises:
            InputError: A file cannot be read or used, or they do not belong together.
        """
        self._check_files()
        security = distributed.Security(
            tls_ca_file=str(self.ca_file),
            tls_client_cert=str(self.cert),
            tls_client_key=str(self.key),
            tls_scheduler_cert=str(self.cert),
            tls_scheduler_key=str(self.key),
            tls_worker_cert=str(self.cert),
            tls_worker_key=str(self.key),
            require_encryption=True,
        )
        try:
            security.get_connection_args("client")
        except OSError as error:  # of ssl
            raise InputError(
                f"{self.ca_file}, {self.cert} and {self.key} are no authority, certificate and its "
                f"key ({one_line(str(error))}); name PEM files that belong together"
            ) from error
        return security

    def _check_files(self) -> None:
        """Check what ssl would ask a terminal about, or say without the name of the file.

        Raises:
            InputError: A file cannot be read, or the key has a passphrase.
        """
        for option, path in (
            ("--tls-ca-file", self.ca_file),
            ("--tls-cert", self.cert),
            ("--tls-key", self.key),
        ):
            try:
                text = path.read_bytes()
            except OSError as error:
                raise InputError(
                    f"{path} cannot be read ({error.strerror}); name another file with {option}"
                ) from error
            if option == "--tls-key" and ENCRYPTED in text:
                raise InputError(
                    f"{path} has a passphrase, and nobody is there to be asked for it; write the "
                    f"key without: openssl pkey -in {path} -out FILE"
                )


def remedy_of(reason: str) -> str:
    """What to do about an error of ssl; empty where it is none."""
    for part, remedy in REMEDIES:
        if part in reason:
            return remedy
    return ""


def remedy_where_closed(address: str) -> str:
    """What to do where the other side closes the connection and gives no reason."""
    return CLOSED if address.startswith("tls://") else WITHOUT_FILES
