"""Presence over several nodes, with a clock in the hand and messages that get lost."""

from uuid import UUID, uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from alongside.kit.actors import Actor, agent, person
from alongside.realtime.presence import AnyNote, Leaving, Presence, PresenceMap, Spot

DESK = Spot(UUID(int=1), "")
THREAD = Spot(UUID(int=1), "conversation:x")
MARA, INES = person(uuid4()), agent(uuid4())


class Net:
    """Nodes that hear each other, as long as nobody says otherwise."""

    def __init__(self, *names: str) -> None:
        self.now = 0.0
        self.maps = {name: PresenceMap(name) for name in names}
        self.seen: dict[str, list[Presence]] = {name: [] for name in names}
        self.said = 0

    def add(self, name: str) -> None:
        self.maps[name], self.seen[name] = PresenceMap(name), []

    def arrive(self, name: str, spot: Spot, actor: Actor) -> None:
        self.seen[name] += self.maps[name].arrive(spot, actor)

    def leave(self, name: str, spot: Spot, actor: Actor) -> None:
        self.maps[name].leave(spot, actor, self.now)

    def say(self, sender: str, note: AnyNote, lost: bool = False) -> None:
        self.said += 1
        for name in [name for name in self.maps if name != sender and not lost]:
            changes, answers = self.maps[name].hear(sender, note, self.now)
            self.seen[name] += changes
            for answer in answers:
                self.say(name, answer)

    def run(self, seconds: float, lost: bool = False) -> None:
        for _ in range(round(seconds)):
            self.now += 1
            for name, each in list(self.maps.items()):
                self.seen[name] += each.tick(self.now)
                for note in each.outgoing(self.now):
                    self.say(name, note, lost)

    def here(self, spot: Spot) -> list[set[Actor]]:
        return [set(each.here(spot)) for each in self.maps.values()]


def test_who_comes_to_one_node_is_here_on_all() -> None:
    net = Net("a", "b")
    net.arrive("a", THREAD, MARA)
    net.run(1)
    assert net.here(THREAD) == [{MARA}, {MARA}]
    assert net.seen["a"] == net.seen["b"] == [Presence(THREAD, MARA, True)]


def test_two_tabs_on_two_nodes_are_one_person() -> None:
    net = Net("a", "b")
    net.run(1)
    for name in ("a", "a", "b"):
        net.arrive(name, DESK, INES)
    net.run(1)
    net.leave("a", DESK, INES)
    net.leave("b", DESK, INES)
    net.run(10)
    assert net.here(DESK) == [{INES}, {INES}]
    net.leave("a", DESK, INES)
    net.run(10)
    assert net.here(DESK) == [set(), set()]
    assert net.seen["b"] == [Presence(DESK, INES, True), Presence(DESK, INES, False)]


def test_a_reload_makes_no_stir() -> None:
    net = Net("a", "b")
    net.arrive("a", THREAD, MARA)
    net.run(2)
    net.leave("a", THREAD, MARA)
    net.run(2)
    net.arrive("a", THREAD, MARA)
    net.run(10)
    assert net.seen["b"] == [Presence(THREAD, MARA, True)]
    assert net.here(THREAD) == [{MARA}, {MARA}]


def test_a_node_that_comes_late_learns_everything() -> None:
    net = Net("a", "b")
    everybody = {person(uuid4()) for _ in range(100)}
    for actor in everybody:
        net.arrive("a", THREAD, actor)
    net.run(1)
    net.add("c")
    net.run(1)
    assert net.here(THREAD) == [everybody] * 3


def test_a_dead_nodes_members_vanish() -> None:
    net = Net("a", "b")
    net.arrive("a", THREAD, MARA)
    net.arrive("b", DESK, INES)
    net.run(1)
    dead = net.maps.pop("a")
    net.run(15)
    assert net.here(THREAD) == [{MARA}]
    net.run(3)
    assert net.here(THREAD) == [set()]
    assert net.here(DESK) == [{INES}]
    assert set(dead.here(THREAD)) == {MARA}


def test_a_node_that_stops_takes_its_members_along_at_once() -> None:
    net = Net("a", "b")
    net.arrive("a", THREAD, MARA)
    net.run(1)
    net.say("a", Leaving())
    assert net.maps["b"].here(THREAD) == []


def test_a_missed_change_is_found_out() -> None:
    net = Net("a", "b")
    net.run(1)
    net.arrive("a", THREAD, MARA)
    net.run(1, lost=True)
    assert net.maps["b"].here(THREAD) == []
    net.run(10)
    assert net.here(THREAD) == [{MARA}, {MARA}]
    net.leave("a", THREAD, MARA)
    net.run(4, lost=True)
    net.run(10)
    assert net.here(THREAD) == [set(), set()]


def test_idle_nodes_only_beat() -> None:
    net = Net("a", "b")
    net.run(20)
    before = net.said
    net.run(20)
    assert net.said - before == 8


class Crowd(RuleBasedStateMachine):
    """People come and go on three nodes while notes get lost; when the net is whole again, all agree."""

    names = ("a", "b", "c")
    actors = (MARA, INES, person(uuid4()))
    spots = (DESK, THREAD)

    def __init__(self) -> None:
        super().__init__()
        self.net = Net(*self.names)
        self.there: dict[tuple[str, Spot, Actor], int] = {}

    @rule(name=st.sampled_from(names), spot=st.sampled_from(spots), actor=st.sampled_from(actors))
    def come(self, name: str, spot: Spot, actor: Actor) -> None:
        self.there[name, spot, actor] = self.there.get((name, spot, actor), 0) + 1
        self.net.arrive(name, spot, actor)

    @rule(name=st.sampled_from(names), spot=st.sampled_from(spots), actor=st.sampled_from(actors))
    def go(self, name: str, spot: Spot, actor: Actor) -> None:
        if self.there.get((name, spot, actor), 0):
            self.there[name, spot, actor] -= 1
            self.net.leave(name, spot, actor)

    @rule(seconds=st.integers(1, 20), lost=st.booleans())
    def time_passes(self, seconds: int, lost: bool) -> None:
        self.net.run(seconds, lost)

    def teardown(self) -> None:
        self.net.run(30)
        for spot in self.spots:
            true = {actor for (_, at, actor), count in self.there.items() if at == spot and count}
            assert self.net.here(spot) == [true] * 3
            for seen in self.net.seen.values():
                told = {
                    actor: change.here for change in seen if change.spot == spot for actor in [change.actor]
                }
                assert {actor for actor, here in told.items() if here} == true


TestCrowd = Crowd.TestCase
TestCrowd.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
