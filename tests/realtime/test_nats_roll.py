"""Which nodes are heard over NATS, and what of theirs was lost."""

from alongside.realtime.nats_roll import NODES_KNOWN, Roll


def test_numbers_that_were_skipped_are_lost() -> None:
    roll = Roll()
    assert roll.heard("a", 7, 0) == 0  # we came in the middle
    assert roll.heard("a", 8, 0) == 0
    assert roll.heard("b", 1, 0) == 0
    assert roll.heard("a", 12, 0) == 3
    assert roll.heard("a", 13, 0) == 0


def test_a_node_of_a_version_that_does_not_count_loses_nothing() -> None:
    roll = Roll()
    assert [roll.heard("a", None, 0) for _ in range(3)] == [0, 0, 0]


def test_after_a_new_connection_counting_starts_anew() -> None:
    roll = Roll()
    roll.heard("a", 1, 0)
    roll.start_anew()
    assert roll.heard("a", 9, 0) == 0


def test_who_says_so_is_deaf_for_a_while() -> None:
    roll = Roll(deaf=12)
    assert not roll.somebody_deaf(0)
    roll.deaf(0)
    assert roll.somebody_deaf(11)
    assert not roll.somebody_deaf(12)


def test_who_is_only_heard_elsewhere_is_taken_for_deaf() -> None:
    roll = Roll(fresh=12, deaf=12)
    roll.heard("on nats", 1, 0)
    roll.heard_elsewhere("on nats", 5)
    assert not roll.somebody_deaf(5)
    roll.heard_elsewhere("on notify alone", 5)
    assert roll.somebody_deaf(5)


def test_nodes_that_came_and_went_are_forgotten() -> None:
    roll = Roll()
    roll.heard("first", 1, 0)
    for number in range(NODES_KNOWN):
        roll.heard(str(number), 1, 0)
    assert roll.heard("first", 9, 0) == 0
