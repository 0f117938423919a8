"""Encoded once for each audience."""

import json

from alongside.realtime.parcel import Parcel
from alongside.realtime.topics import Batch
from tests.realtime.world import Line


def test_both_audiences_share_bytes_when_all_is_for_everyone() -> None:
    parcel = Parcel(Batch("conversation:x", 0, 1, [Line(1, "hi")]))
    assert parcel.frame("everyone") is parcel.frame("team")
    assert parcel.frame("everyone") is parcel.frame("everyone")


def test_what_is_for_the_team_is_left_out_but_the_range_stays() -> None:
    parcel = Parcel(Batch("conversation:x", 4, 6, [Line(5, "a note", "team"), Line(6, "hi")]))
    customer, team = json.loads(parcel.frame("everyone")), json.loads(parcel.frame("team"))
    assert [entry["seq"] for entry in customer["entries"]] == [6]
    assert [entry["seq"] for entry in team["entries"]] == [5, 6]
    assert (customer["after"], customer["upto"]) == (team["after"], team["upto"]) == (4, 6)


def test_the_rest_is_what_comes_after() -> None:
    rest = Parcel(Batch("conversation:x", 0, 3, [Line(n, str(n)) for n in (1, 2, 3)])).rest(2)
    frame = json.loads(rest.frame("team"))
    assert (frame["after"], frame["upto"], [entry["seq"] for entry in frame["entries"]]) == (2, 3, [3])
