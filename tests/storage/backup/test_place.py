"""Where backups lie, folder or bucket: the same in every respect."""

from pathlib import Path

import pytest

from alongside.kit.errors import Misconfigured, NotFound, Unavailable
from alongside.kit.settings import Settings
from alongside.storage.backup import Place, open_place
from alongside.storage.backup.place import Folder


def put(place: Place, tmp_path: Path, name: str, content: bytes) -> None:
    source = tmp_path / "source"
    source.write_bytes(content)
    place.put(name, source)


def test_what_was_put_is_listed_read_and_removed(place: Place, tmp_path: Path) -> None:
    assert place.things("wal/") == {}
    put(place, tmp_path, "wal/one.gz", b"first")
    put(place, tmp_path, "wal/one.gz", b"second")
    put(place, tmp_path, "backups/x/base", b"other")
    assert {name: thing.size for name, thing in place.things("wal/").items()} == {"wal/one.gz": 6}
    with place.open("wal/one.gz") as file:
        assert (file.read(3), file.read(), file.read()) == (b"sec", b"ond", b"")
    assert place.has("wal/one.gz")
    place.remove(["wal/one.gz", "wal/never.gz"])
    assert not place.has("wal/one.gz")
    with pytest.raises(NotFound):
        place.open("wal/one.gz")


def test_a_large_thing_is_read_in_pieces(place: Place, tmp_path: Path) -> None:
    content = bytes(range(256)) * 100_000
    put(place, tmp_path, "large", content)
    with place.open("large") as file:
        pieces = iter(lambda: file.read(1_000_000), b"")
        assert b"".join(pieces) == content


def test_a_draft_of_a_crash_is_not_listed(tmp_path: Path) -> None:
    place = Folder(tmp_path)
    put(place, tmp_path.parent, "wal/one.gz", b"whole")
    (tmp_path / "wal" / ".draft-0123").write_bytes(b"ha")
    assert list(place.things("wal/")) == ["wal/one.gz"]


def test_a_folder_that_cannot_be_written_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Unavailable):
        put(Folder(tmp_path / "file"), tmp_path, "wal/one.gz", b"")


def test_without_a_place_backups_lie_in_the_data_folder(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert open_place(settings).name == str(tmp_path / "backups")
    assert not (tmp_path / "backups").exists()
    assert open_place(settings, str(tmp_path / "usb")).name == str(tmp_path / "usb")


def test_a_place_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        open_place(Settings(data_dir=tmp_path, backup_to="nonsense://bucket"))
