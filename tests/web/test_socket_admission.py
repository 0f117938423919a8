"""How many sockets one address may hold."""

import pytest

from alongside.kit.errors import TooMany, Unavailable
from alongside.web.socket_admission import Admission, ConnectionLimits


def test_an_address_holds_so_many_and_another_is_not_harmed() -> None:
    admission = Admission(ConnectionLimits(per_address=2))
    keys = [admission.enter("192.0.2.1") for _ in range(2)]
    with pytest.raises(TooMany):
        admission.enter("192.0.2.1")
    admission.enter("192.0.2.2")
    admission.leave(keys[0])
    admission.enter("192.0.2.1")


def test_a_network_of_ipv6_counts_as_one_address() -> None:
    admission = Admission(ConnectionLimits(per_address=1))
    admission.enter("2001:db8:1:2:aaaa::1")
    with pytest.raises(TooMany):
        admission.enter("2001:db8:1:2:bbbb::2")
    admission.enter("2001:db8:1:3::1")


def test_an_ipv4_address_in_ipv6_clothes_is_itself() -> None:
    admission = Admission(ConnectionLimits(per_address=1))
    admission.enter("::ffff:192.0.2.1")
    with pytest.raises(TooMany):
        admission.enter("192.0.2.1")
    admission.enter("::ffff:192.0.2.2")


def test_a_full_server_takes_nobody_until_somebody_leaves() -> None:
    admission = Admission(ConnectionLimits(altogether=2))
    key = admission.enter("192.0.2.1")
    admission.enter("a unix socket")
    with pytest.raises(Unavailable):
        admission.enter("192.0.2.3")
    admission.leave(key)
    admission.enter("192.0.2.3")
