"""Settings come from the environment and one file, are checked, and are all described."""

import os
from pathlib import Path

import pytest

from alongside.kit.errors import Misconfigured
from alongside.kit.settings import CONFIG_VARIABLE, PREFIX, Settings, load_settings
from alongside.kit.settings_page import settings_page

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in os.environ:
        if variable.startswith(PREFIX) or variable == "DATABASE_URL":
            monkeypatch.delenv(variable)
    monkeypatch.chdir(tmp_path)


def configure(tmp_path: Path, text: str) -> None:
    (tmp_path / "alongside.toml").write_text(text)


def test_without_anything_the_defaults_are_in_force() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, settings.database_url) == ("127.0.0.1", 8000, None)
    assert settings.data_dir == Path.home() / ".local" / "share" / "alongside"


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(tmp_path, 'port = 1\nhost = "::"\nlog_level = "debug"\n')
    monkeypatch.setenv("ALONGSIDE_PORT", "2")
    monkeypatch.setenv("ALONGSIDE_HOST", "localhost")
    settings = load_settings(port=3)
    assert (settings.port, settings.host, settings.log_level) == (3, "localhost", "debug")


def test_the_file_may_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.toml").write_text("port = 4\n")
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path / "other.toml"))
    assert load_settings().port == 4
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path / "missing.toml"))
    with pytest.raises(Misconfigured, match="no such file"):
        load_settings()


@pytest.mark.parametrize("variable", ["DATABASE_URL", "ALONGSIDE_DATABASE_URL"])
def test_the_databases_url_has_two_names(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "postgresql://user:hunter2@host/db")
    settings = load_settings()
    assert settings.database_url
    assert settings.database_url.get_secret_value() == "postgresql://user:hunter2@host/db"
    assert "hunter2" not in repr(settings)


def test_a_name_that_does_not_exist_is_refused_with_the_nearest_that_does(tmp_path: Path) -> None:
    configure(tmp_path, "prot = 9000\n")
    with pytest.raises(Misconfigured, match=r"'prot'.*'port'"):
        load_settings()


def test_an_unknown_variable_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALONGSIDE_DATABASE_POOLSIZE", "5")
    with pytest.raises(Misconfigured, match="database_pool_size"):
        load_settings()


def test_a_wrong_value_is_named_but_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALONGSIDE_PORT", "hunter2")
    monkeypatch.setenv("ALONGSIDE_LOG_FORMAT", "xml")
    with pytest.raises(Misconfigured) as caught:
        load_settings()
    assert caught.value.fields.keys() == {"port", "log_format"}
    assert "hunter2" not in str(caught.value)


def test_a_broken_file_says_where_it_is_broken(tmp_path: Path) -> None:
    configure(tmp_path, "port = = 5\n")
    with pytest.raises(Misconfigured, match="line 1"):
        load_settings()


def test_a_home_in_a_path_is_found(tmp_path: Path) -> None:
    configure(tmp_path, 'data_dir = "~/help"\n')
    assert load_settings().data_dir == Path.home() / "help"


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_page_of_settings_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == settings_page(), "run `python -m alongside.kit.settings_page`"
