"""Samples are counted to the part of the server that took the time."""

from bench.where import LOOP, count


def test_a_sample_counts_to_the_innermost_part_that_is_known() -> None:
    found = count(
        [
            "run (uvloop/__init__.py:92) 7",
            "run (uvloop/__init__.py:92);_commit (conversations/journal.py:80);fetch (asyncpg/connection.py:9) 5",
            "run (uvloop/__init__.py:92);_commit (conversations/journal.py:80);dumb (json/encoder.py:1) 3",
        ]
    )
    assert found == {LOOP: 7, "driver of PostgreSQL (asyncpg)": 5, "journal: group commit": 3}


def test_threads_beside_the_event_loop_do_not_count() -> None:
    assert count(["_bootstrap (threading.py:1);wait (subprocess.py:2) 9"]) == {}
