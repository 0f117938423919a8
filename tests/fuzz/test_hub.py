"""Any interleaving whatever: what a client holds is what is true, once, in order, and nobody else's."""

import asyncio
import random
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from alongside.realtime.revocations import Revocation
from tests.fuzz.neighbourhood import Neighbourhood, Screen, Send, end, forbid
from tests.fuzz.quick_loop import QuickLoop
from tests.realtime.world import WORKSPACE, Node, agent, person

NODES = st.integers(0, 1)
SCREENS = st.integers(0, 4)
TOPICS = st.integers(0, 2)
SELDOM = st.integers(0, 5)  # what takes away happens once in six times
MOSTLY = st.sampled_from([True, True, True, False])
JUNK = st.sampled_from([
    "", "{", "null", "[" * 1500,
    '{"type":"fly","id":1}', '{"type":"subscribe","id":"x"}', '{"type":"hello","protocol":1}',
    '{"type":"command","id":9,"name":"send","data":{"topic":7}}', '{"type":"command","id":9,"name":"\\u0000"}',
    '{"type":"ping","id":1e999}', '{"type":"subscribe","id":1,"topic":"desk"}', "\ud800", "x" * 2500,
    '{"type":"subscribe","id":"y","topic":"conversation:nobody","after":99999999999999999999}', b"\xff\x00",
])  # fmt: skip


class Town(RuleBasedStateMachine):
    """Five screens of two persons and an agent, three topics, two nodes."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = QuickLoop()
        self.town = Neighbourhood()
        mara, otto, ines = person("Mara"), person("Otto"), agent("Ines")
        self.screens = [Screen(session) for session in (mara, mara, otto, ines, ines)]
        self.topics = [
            self.town.journal.open(*who) for who in ([mara.actor], [otto.actor], [mara.actor, otto.actor])
        ]
        self.sent: dict[str, Screen] = {}

    def do(self, act: Any, *args: Any) -> None:
        """In the loop, as everything that hubs do."""

        async def acting() -> None:
            act(*args)

        self.loop.do(acting())
        for screen in self.screens:
            screen.read()

    def node(self, number: int) -> Node:
        return self.town.nodes[number]

    @initialize()
    def everybody_comes(self) -> None:
        for number, screen in enumerate(self.screens):
            self.do(screen.connect, self.node(number % 2))
            for topic in self.topics_of(screen)[:2]:
                self.do(screen.subscribe, topic)

    def topics_of(self, screen: Screen) -> list[str]:
        """Those that it may follow."""
        journal, actor = self.town.journal, screen.session.actor
        return [topic for topic in self.topics if actor.kind == "agent" or actor in journal.readers[topic]]

    @rule(screen=SCREENS, node=NODES)
    def comes_back(self, screen: int, node: int) -> None:
        self.do(self.screens[screen].connect, self.node(node))

    @rule(screen=SCREENS, seldom=SELDOM)
    def line_is_cut(self, screen: int, seldom: int) -> None:
        if not seldom:
            self.do(self.screens[screen].leave)

    @rule(screen=SCREENS, topic=TOPICS)
    def subscribes(self, screen: int, topic: int) -> None:
        if self.screens[screen].connected:
            self.do(self.screens[screen].subscribe, self.topics[topic])

    @rule(screen=SCREENS, topic=TOPICS, seldom=SELDOM)
    def unsubscribes(self, screen: int, topic: int, seldom: int) -> None:
        if not seldom and self.screens[screen].connected:
            self.do(self.screens[screen].unsubscribe, self.topics[topic])

    @rule(screen=SCREENS, topic=TOPICS, times=st.integers(1, 12))
    def sends(self, screen: int, topic: int, times: int) -> None:
        chosen = self.screens[screen]
        for _ in range(times):
            if chosen.connected:
                data = Send(self.topics[topic], str(uuid4()), "x" * 40)
                self.sent[data.entry_id] = chosen
                self.do(chosen.send, data)

    @rule(screen=SCREENS)
    def sends_again(self, screen: int) -> None:
        chosen = self.screens[screen]
        for data in list(chosen.unanswered.values()):
            if chosen.connected:
                self.do(chosen.send, data)

    @rule(node=NODES, topic=TOPICS, count=st.integers(1, 4), team=st.booleans(), deliver=MOSTLY)
    def somebody_writes(self, node: int, topic: int, count: int, team: bool, deliver: bool) -> None:
        texts = [f"line {number}" for number in range(count)]
        self.do(
            lambda: self.town.write(self.node(node), self.topics[topic], *texts, team=team, deliver=deliver)
        )

    @rule(node=NODES, topic=TOPICS, who=st.sampled_from(["mara", "ines"]), part=st.floats(0, 1))
    def somebody_reads(self, node: int, topic: int, who: str, part: float) -> None:
        lines = len(self.town.journal.lines[self.topics[topic]])
        self.do(self.node(node).read, self.topics[topic], who, int(lines * part))

    @rule(numbers=st.lists(st.integers(0, 20), min_size=1, max_size=8), times=st.integers(1, 2))
    def something_arrives(self, numbers: list[int], times: int) -> None:
        for number in numbers:
            self.do(self.town.arrive, number, times)

    @rule(node=NODES, topic=TOPICS, screen=SCREENS)
    def somebody_comes_back_while_others_write(self, node: int, topic: int, screen: int) -> None:
        """Between the question for a snapshot and its answer."""

        def at_once() -> None:
            self.screens[screen].connect(self.node(node))
            for _ in range(3):
                self.town.write(self.node(node), self.topics[topic], "meanwhile", "for us", team=False)
                self.town.write(self.node(node), self.topics[topic], "among us", team=True)

        written = self.node(node).conversations
        written.after_snapshot = lambda: self.town.write(self.node(node), self.topics[topic], "just after")
        self.do(at_once)
        written.after_snapshot = lambda: None

    @rule(chance=st.randoms(use_true_random=False))
    def a_hint_is_lost(self, chance: random.Random) -> None:
        self.town.lose_a_hint(chance)

    @rule(node=NODES)
    def a_node_was_deaf(self, node: int) -> None:
        self.do(self.town.break_line, self.node(node))

    @rule(screen=SCREENS, stuck=MOSTLY.map(lambda mostly: not mostly))
    def reads_nothing_for_a_while(self, screen: int, stuck: bool) -> None:
        caller = self.screens[screen].caller
        if caller:
            caller.stuck = stuck
            self.do(caller.flush)

    @rule(screen=SCREENS, junk=JUNK)
    def says_nonsense(self, screen: int, junk: str | bytes) -> None:
        caller = self.screens[screen].caller
        if caller:
            self.do(caller.client.received, junk)

    @rule(node=NODES, screen=st.integers(0, 2), topic=TOPICS, seldom=SELDOM)
    def loses_a_topic(self, node: int, screen: int, topic: int, seldom: int) -> None:
        if seldom:
            return
        actor, name = self.screens[screen].session.actor, self.topics[topic]
        forbid(self.town, name, actor)
        revocation = Revocation(workspace_id=WORKSPACE, actor=actor, topic=name, code="forbidden")
        self.do(self.node(node).hub.revoke, revocation)
        self.do(lambda: self.town.write(self.node(node), name, "not for them any more"))
        for each in self.screens:
            if each.node is self.node(node) and each.session.actor == actor and each.caller:
                client = each.caller.client
                assert name not in client.followers
                waiting = [frame for frame in client.outbox._frames if name.encode() in frame]
                assert all(frame.startswith((b'{"type":"revoked"', b'{"type":"error"')) for frame in waiting)

    @precondition(lambda self: not self.town.journal.ended)
    @rule(node=NODES, screen=SCREENS, seldom=SELDOM)
    def is_signed_out(self, node: int, screen: int, seldom: int) -> None:
        if seldom:
            return
        session_id = self.screens[screen].session.session_id
        end(self.town, session_id)
        self.do(self.node(node).hub.revoke, Revocation(workspace_id=WORKSPACE, session_id=session_id))

    def everybody_shows_a_sign_of_life(self) -> None:
        for screen in self.screens:
            if screen.connected and screen.caller:
                self.do(screen.caller.client.received, '{"type":"ping"}')

    @rule(seconds=st.floats(0.1, 10))
    def time_passes(self, seconds: float) -> None:
        self.everybody_shows_a_sign_of_life()
        for node in self.town.nodes:
            self.do(node.pass_time, seconds)
        self.loop.do(asyncio.sleep(seconds))

    @invariant()
    def nobody_holds_what_is_not_true(self) -> None:
        for screen in self.screens:
            for topic, replica in screen.replicas.items():
                lines = self.town.journal.lines[topic]
                assert all(lines[seq - 1].text == text for seq, text in replica.entries.items())
                assert (replica.upto or 0) <= len(lines)

    @invariant()
    def what_was_acknowledged_is_stored_once(self) -> None:
        for screen in self.screens:
            for entry_id, seq in screen.answered.items():
                assert self.town.stored[entry_id] == seq
        texts = [
            line.text for lines in self.town.journal.lines.values() for line in lines if ":" in line.text
        ]
        assert len(texts) == len(set(texts))

    def teardown(self) -> None:
        """When everything heals, everybody holds what asking anew would give, and nobody what is not theirs."""
        try:
            self._heal()
            for screen in self.screens:
                self._compare(screen)
        finally:
            self._close()

    def _heal(self) -> None:
        for screen in self.screens:
            if screen.caller:
                screen.caller.stuck = False
                self.do(screen.caller.flush)
        self.do(self.town.everything_arrives)
        for _ in range(3):
            self.everybody_shows_a_sign_of_life()
            for node in self.town.nodes:
                self.do(node.pass_time, 31.0)
            self.loop.do(asyncio.sleep(31))
            self.do(self.town.everything_arrives)

    def _compare(self, screen: Screen) -> None:
        if not screen.connected or screen.caller is None or screen.caller.client.session is None:
            return
        assert screen.session.session_id not in self.town.journal.ended
        for topic in screen.caller.client.followers:
            if topic in screen.replicas:
                fresh = self._asked_anew(screen, topic)
                held, true = screen.replicas[topic], fresh.replicas[topic]
                assert held.upto == true.upto == len(self.town.journal.lines[topic])
                assert {seq: held.entries[seq] for seq in true.entries} == true.entries
                assert held.reads == true.reads

    def _asked_anew(self, screen: Screen, topic: str) -> Screen:
        fresh = Screen(screen.session)
        assert screen.node
        self.do(fresh.connect, screen.node)
        self.do(fresh.subscribe, topic)
        fresh.read()
        self.do(fresh.leave)
        return fresh

    def _close(self) -> None:
        async def close() -> None:
            for node in self.town.nodes:
                await node.hub.stop()

        self.loop.do(close())
        self.loop.close()


def test_whatever_happens_everybody_holds_the_truth(pytestconfig: pytest.Config) -> None:
    times = pytestconfig.getoption("--fuzz")
    run_state_machine_as_test(
        Town,
        settings=settings(
            max_examples=60 * times,
            phases=[Phase.generate] if times == 1 else list(Phase),
            stateful_step_count=60,
            suppress_health_check=list(HealthCheck),
        ),
    )
