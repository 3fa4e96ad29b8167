from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanline.redact import redacted, shown_address


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("smb://me:secret@nas/clips/run.mp4", "smb://nas/clips/run.mp4"),
        ("https://h/run.mp4?X-Amz-Signature=secret&b=1#x", "https://h/run.mp4"),
        ("s3://bucket/a@b/run.mp4", "s3://bucket/a@b/run.mp4"),
        ("zip://run.mp4::https://u:secret@h/a.zip?sig=secret", "zip://run.mp4::https://h/a.zip"),
        ("postgresql://h:5432/db?password=secret", "postgresql://h:5432/db"),
        ("https:/u:secret@h/run.mp4", "https:/h/run.mp4"),
        ("/home/me/a@b?/run.mp4", "/home/me/a@b?/run.mp4"),
    ],
)
def test_an_address_is_shown_without_what_lets_in(address: str, shown: str) -> None:
    assert shown_address(address) == shown


@pytest.mark.parametrize(
    "message",
    [
        "403, url='https://me:secret99@h/run.mp4?X-Amz-Signature=s1gnature'",
        "Max retries exceeded with url: /run.mp4?X-Amz-Signature=s1gnature",
        "login of me:secret99 was refused",
        "no route to https:/me:secret99@h/run.mp4",
        "bad password secret99",
    ],
)
def test_a_message_keeps_no_secret_of_its_source(message: str) -> None:
    source = "https://me:secret99@h/run.mp4?X-Amz-Signature=s1gnature"
    told = redacted(message, source)
    assert "secret99" not in told
    assert "s1gnature" not in told


WORD = st.text("abcXYZ019%+-_.~", min_size=4, max_size=20)


@given(user=WORD, password=WORD, value=WORD, before=st.text(max_size=20))
def test_no_secret_is_ever_left(user: str, password: str, value: str, before: str) -> None:
    source = f"https://{user}:{password}@host/clip.mp4?sig={value}"
    told = redacted(f"{before} {source} and {password} and {value}", source)
    rest = told.replace("https://host/clip.mp4", "").replace(before, "").replace(" and ", "")
    assert password not in rest
    assert value not in rest
