"""The certificates of ``serve --lan``: whom they are for, and that nobody else gets any."""

from __future__ import annotations

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from leanline.errors import UsageError
from leanline.web import certificates
from leanline.web.certificates import fingerprint, is_local_name, server_certificate

NAMES = ("127.0.0.1", "192.168.1.20", "laptop.local")


def names_of(path: Path) -> set[str]:
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in names}


def handshake(files: certificates.CertificateFiles, name: str) -> None:
    """Connect a client that trusts the authority to a server with the certificate, in memory."""
    assert files.authority is not None
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.certificate, files.key)
    client = ssl.create_default_context(cafile=str(files.authority))
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue


def test_a_phone_that_trusts_the_authority_trusts_the_server(tmp_path: Path) -> None:
    files = server_certificate(tmp_path, NAMES)
    for name in NAMES:
        handshake(files, name)
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(files, "192.168.1.21")


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("192.168.1.20", True),
        ("10.0.0.3", True),
        ("fe80::1", True),
        ("localhost", True),
        ("laptop.local", True),
        ("8.8.8.8", False),
        ("2001:4860:4860::8888", False),
        ("bank.example", False),
        ("laptop", False),
    ],
)
def test_only_local_names_are_certified(tmp_path: Path, name: str, local: bool) -> None:
    assert is_local_name(name) is local
    assert (name in names_of(server_certificate(tmp_path, (*NAMES, name)).certificate)) is local


def test_the_authority_cannot_vouch_for_a_site_of_the_internet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificates, "is_local_name", lambda _: True)
    files = server_certificate(tmp_path, ("bank.example", "8.8.8.8"))
    for name in ("bank.example", "8.8.8.8"):
        with pytest.raises(ssl.SSLCertVerificationError, match="permitted"):
            handshake(files, name)


def test_it_is_made_once_and_again_for_a_new_address(tmp_path: Path) -> None:
    files = server_certificate(tmp_path, NAMES)
    before = files.certificate.read_bytes()
    assert server_certificate(tmp_path, NAMES).certificate.read_bytes() == before
    known = fingerprint(tmp_path / "authority.crt")
    moved = server_certificate(tmp_path, (*NAMES, "192.168.7.7"))
    assert "192.168.7.7" in names_of(moved.certificate)
    assert fingerprint(tmp_path / "authority.crt") == known
    handshake(moved, "192.168.7.7")


def test_it_is_renewed_before_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "SERVER_DAYS", certificates.RENEW_DAYS - 1)
    due = server_certificate(tmp_path, NAMES).certificate.read_bytes()
    monkeypatch.undo()
    renewed = server_certificate(tmp_path, NAMES)
    assert renewed.certificate.read_bytes() != due
    certificate = x509.load_pem_x509_certificate(renewed.certificate.read_bytes())
    lifetime = certificate.not_valid_after_utc - datetime.now(UTC)
    assert timedelta(days=390) < lifetime < timedelta(days=398)


def test_another_authority_makes_a_new_certificate(tmp_path: Path) -> None:
    server_certificate(tmp_path, NAMES)
    for name in ("authority.crt", "authority.key"):
        (tmp_path / name).unlink()
    handshake(server_certificate(tmp_path, NAMES), NAMES[0])


def test_keys_are_for_the_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    server_certificate(folder, NAMES)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for key in folder.glob("*.key"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["authority.crt", "authority.key"])
def test_a_damaged_authority_is_not_replaced_in_silence(tmp_path: Path, name: str) -> None:
    server_certificate(tmp_path, NAMES)
    (tmp_path / name).write_bytes(b"damaged")
    with pytest.raises(UsageError, match=name):
        server_certificate(tmp_path, NAMES)
    assert (tmp_path / name).read_bytes() == b"damaged"


def test_the_fingerprint_is_written_as_phones_write_it(tmp_path: Path) -> None:
    server_certificate(tmp_path, NAMES)
    pairs = fingerprint(tmp_path / "authority.crt").split(" ")
    assert len(pairs) == 32
    assert all(len(pair) == 2 and pair == pair.upper() for pair in pairs)
