"""What is encrypted can be read by nobody else, nowhere else, and after the key was changed still by us."""

from pathlib import Path

import pytest

from alongside.kit.errors import Misconfigured
from alongside.kit.secrets import KEY_FILE, SecretBox, load_keys

KEY, OLD = "k" * 32, "o" * 32


def test_what_was_encrypted_comes_back_and_is_different_every_time() -> None:
    box = SecretBox([KEY])
    first, second = box.encrypt(b"secret", "row:1"), box.encrypt(b"secret", "row:1")
    assert first != second
    assert b"secret" not in first
    assert box.decrypt(first, "row:1") == box.decrypt(second, "row:1") == b"secret"


def test_what_was_sealed_for_one_row_does_not_open_in_another() -> None:
    box = SecretBox([KEY])
    with pytest.raises(Misconfigured):
        box.decrypt(box.encrypt(b"secret", "row:1"), "row:2")


@pytest.mark.parametrize("place", [0, 1, 20, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    sealed = bytearray(SecretBox([KEY]).encrypt(b"secret", "row:1"))
    sealed[place] ^= 1
    with pytest.raises(Misconfigured):
        SecretBox([KEY]).decrypt(bytes(sealed), "row:1")


@pytest.mark.parametrize("rubbish", [b"", b"\x01", b"\x01" * 20, b"\x02" * 60])
def test_rubbish_does_not_open(rubbish: bytes) -> None:
    with pytest.raises(Misconfigured):
        SecretBox([KEY]).decrypt(rubbish, "row:1")


def test_after_a_change_of_keys_the_old_ones_still_open() -> None:
    sealed = SecretBox([OLD]).encrypt(b"secret", "row:1")
    assert SecretBox([KEY, OLD]).decrypt(sealed, "row:1") == b"secret"
    with pytest.raises(Misconfigured):
        SecretBox([KEY]).decrypt(sealed, "row:1")


def test_keys_for_different_purposes_have_nothing_in_common() -> None:
    box = SecretBox([KEY])
    assert box.derive("signing") == box.derive("signing") != box.derive("secrets")
    assert len(box.derive("signing")) == 32


def test_a_short_key_is_refused() -> None:
    with pytest.raises(Misconfigured):
        SecretBox(["short"])


def test_a_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    (key,) = load_keys(None, tmp_path / "data")
    assert load_keys(None, tmp_path / "data") == [key]
    assert (tmp_path / "data" / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == [KEY_FILE]
    SecretBox([key])


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    load_keys(None, tmp_path)
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(Misconfigured, match="chmod 600"):
        load_keys(None, tmp_path)


def test_keys_from_the_settings_come_first_to_last() -> None:
    assert load_keys(f"{KEY}, {OLD}", Path("/nowhere")) == [KEY, OLD]
