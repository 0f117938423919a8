"""Where NATS is, read from one setting."""

import pytest

from alongside.kit.errors import Misconfigured
from alongside.realtime.nats_address import Login, nats_address


def test_several_servers_share_the_credentials_of_the_first() -> None:
    address = nats_address("nats://mara:p%40ss@one:4333, nats://two")
    assert address.servers == ["nats://one:4333", "nats://two:4222"]
    assert address.login == Login("mara", "p@ss", None)
    assert not address.secure


def test_a_name_without_password_is_a_token() -> None:
    assert nats_address("nats://s3cret@one").login == Login(token="s3cret")
    assert nats_address("nats://one").login == Login()


def test_encrypted_servers_are_checked_against_the_certificates_that_are_named() -> None:
    address = nats_address("tls://one,tls://[::1]:4333")
    assert address.secure
    assert address.tls is not None
    assert address.tls.check_hostname
    assert address.servers[1] == "tls://[::1]:4333"
    with pytest.raises(Misconfigured, match="certificates"):
        nats_address("tls://one?ca=/nowhere/ca.pem")


def test_a_clone_can_be_given_a_name_of_its_own() -> None:
    assert nats_address("nats://one?installation=staging").installation == "staging"
    with pytest.raises(Misconfigured, match="short name"):
        nats_address("nats://one?installation=a.b>")


@pytest.mark.parametrize(
    "url",
    ["", "one:4222", "http://one", "nats://", "nats://one:port", "nats://one,tls://two", "nats://a?speed=9"],
)
def test_what_is_no_address_is_refused_in_words(url: str) -> None:
    with pytest.raises(Misconfigured, match="ALONGSIDE_NATS_URL"):
        nats_address(url)


def test_nothing_secret_is_shown() -> None:
    address = nats_address("nats://mara:s3cret@one")
    assert "s3cret" not in repr(address)
    with pytest.raises(Misconfigured) as caught:
        nats_address("nats://mara:s3cret@one:port")
    assert "s3cret" not in str(caught.value)
