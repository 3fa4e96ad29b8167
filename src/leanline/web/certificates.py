"""Certificates for pages on the local network, by a certificate authority of this machine's own.

Browsers let a page use the camera only over an encrypted connection, and no public authority
certifies addresses such as 192.168.1.20. So the first ``leanline serve --lan`` makes an authority
whose certificates are valid for private addresses and local names alone, and phones are asked to
trust it. Its key never leaves the folder it is in, and is not part of any backup.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from leanline.errors import UsageError
from leanline.files import written_atomically
from leanline.store.private import create_private_file, make_private_folder

AUTHORITY_NAME: Final = "leanline"
#: Addresses that are never reachable from outside (RFC 1918, RFC 6598, loopback, link-local).
PRIVATE_NETWORKS: Final = (
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
    *("127.0.0.0/8", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10"),
)
LOCAL_DOMAINS: Final = ("local", "localhost")
AUTHORITY_DAYS: Final = 3650
# Apple accepts at most 825 days, also from authorities that a user has added.
SERVER_DAYS: Final = 397
RENEW_DAYS: Final = 30
# Clocks of phones are rarely off by more.
_CLOCK_SKEW: Final = timedelta(days=1)

_Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class CertificateFiles:
    """A server's certificate.

    Parameters
    ----------
    certificate, key
        PEM files.
    authority
        Certificate of the authority, for phones to trust; None if somebody else certified it.
    """

    certificate: Path
    key: Path
    authority: Path | None = None


def server_certificate(folder: Path, names: Sequence[str]) -> CertificateFiles:
    """Return a certificate for all names and addresses, made or renewed if necessary.

    Parameters
    ----------
    folder
        Where the authority and the certificate are kept, readable by the owner only.
    names
        Host names and IP addresses under which browsers reach the server. Those that the
        authority may not certify, public addresses and names other than ``localhost`` and
        ``*.local``, are left out.

    Returns
    -------
    CertificateFiles
        In ``folder``; the same as last time, unless a name is new or the end is near.

    Raises
    ------
    OSError
        The folder cannot be written to.
    UsageError
        A file in the folder is damaged.
    """
    make_private_folder(folder)
    found = CertificateFiles(folder / "server.crt", folder / "server.key", folder / "authority.crt")
    authority, authority_key = _authority(folder)
    subjects = [_general_name(name) for name in names if is_local_name(name)]
    if not _still_good(found, authority, subjects):
        key = ec.generate_private_key(ec.SECP256R1())
        _write_key(key, found.key)
        _write_certificate(_issue(subjects, key, authority, authority_key), found.certificate)
    return found


def fingerprint(certificate: Path) -> str:
    """Return the SHA-256 of a certificate as phones show it: pairs of hexadecimal digits."""
    return _read_certificate(certificate).fingerprint(hashes.SHA256()).hex(" ").upper()


def is_local_name(name: str) -> bool:
    """Whether the authority may certify a name or address: reachable only from this network."""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name.rpartition(".")[2] in LOCAL_DOMAINS
    return any(address in ipaddress.ip_network(network) for network in PRIVATE_NETWORKS)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _authority(folder: Path) -> tuple[x509.Certificate, _Key]:
    """Return the authority of the folder, made on first use."""
    certificate, key_file = folder / "authority.crt", folder / "authority.key"
    if not (certificate.exists() and key_file.exists()):
        key = ec.generate_private_key(ec.SECP256R1())
        _write_key(key, key_file)
        _write_certificate(_new_authority(key), certificate)
    return _read_certificate(certificate), _read_key(key_file)


def _new_authority(key: _Key) -> x509.Certificate:
    name = _named(AUTHORITY_NAME)
    networks = [x509.IPAddress(ipaddress.ip_network(network)) for network in PRIVATE_NETWORKS]
    local = [x509.DNSName(name) for name in LOCAL_DOMAINS]
    return (
        _builder(name, name, key, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints([*networks, *local], None), critical=True)
        .sign(key, hashes.SHA256())
    )


def _issue(
    subjects: Sequence[x509.GeneralName], key: _Key, authority: x509.Certificate, signer: _Key
) -> x509.Certificate:
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return (
        _builder(_named("leanline"), authority.subject, key, SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName(subjects), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
        .sign(signer, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: _Key, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _still_good(
    found: CertificateFiles, authority: x509.Certificate, subjects: Sequence[x509.GeneralName]
) -> bool:
    """Whether the certificate there is by this authority, for these names, and not due."""
    if not (found.certificate.exists() and found.key.exists()):
        return False
    certificate = _read_certificate(found.certificate)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    due = datetime.now(UTC) + timedelta(days=RENEW_DAYS) > certificate.not_valid_after_utc
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError):
        return False
    own = certificate.public_key() == _read_key(found.key).public_key()
    return own and not due and set(subjects) <= set(names)


def _read_certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError as error:
        raise UsageError("serve.bad_certificate", path=path) from error


def _read_key(path: Path) -> _Key:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise UsageError("serve.bad_certificate", path=path) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise UsageError("serve.bad_certificate", path=path)
    return key


def _write_certificate(certificate: x509.Certificate, path: Path) -> None:
    with written_atomically(path) as part:
        part.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _write_key(key: _Key, path: Path) -> None:
    content = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with written_atomically(path) as part:
        create_private_file(part)
        part.write_bytes(content)
