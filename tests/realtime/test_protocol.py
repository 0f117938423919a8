"""The protocol core: frames and time in, actions out."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from alongside.realtime import frames
from alongside.realtime.codes import CODES
from alongside.realtime.limits import Limits
from alongside.realtime.protocol import (
    Action,
    Authenticate,
    End,
    Follow,
    Pause,
    ProtocolCore,
    Run,
    Send,
    State,
    Unfollow,
)
from tests.realtime.world import person


def opened(limits: Limits | None = None) -> ProtocolCore:
    core = ProtocolCore(limits or Limits(), now=0)
    assert core.receive('{"type":"hello","protocol":1,"token":"dev_x"}', 0) == [Authenticate("dev_x")]
    return core


def error_of(actions: list[Action]) -> frames.Error:
    action, *more = actions
    assert all(isinstance(each, Pause) for each in more)
    assert isinstance(action, Send)
    assert isinstance(action.frame, frames.Error)
    return action.frame


def end_of(actions: list[Action]) -> End:
    (action,) = actions
    assert isinstance(action, End)
    return action


def test_hello_without_a_token_asks_for_the_cookie() -> None:
    core = ProtocolCore(Limits(), now=0)
    assert core.receive('{"type":"hello","protocol":1,"client":"desk/1"}', 0) == [Authenticate(None)]


def test_another_protocol_ends_it_with_the_one_we_speak() -> None:
    core = ProtocolCore(Limits(), now=0)
    end = end_of(core.receive('{"type":"hello","protocol":2}', 0))
    assert (end.bye.code, end.close, end.bye.hint) == (
        "unsupported_protocol",
        4406,
        "This server speaks protocol 1.",
    )
    assert core.state is State.OVER


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "subscribe", "id": "a", "topic": "desk"},
        {"type": "command", "id": "a", "name": "send"},
        {"type": "unsubscribe", "id": "a", "topic": "desk"},
    ],
)
def test_nothing_is_done_before_hello(frame: dict[str, Any]) -> None:
    core = ProtocolCore(Limits(), now=0)
    error = error_of(core.receive(json.dumps(frame), 0))
    assert (error.id, error.code) == ("a", "hello_expected")
    assert core.state is State.NEW


def test_frames_become_actions() -> None:
    core = opened()
    assert core.receive('{"type":"subscribe","id":"a","topic":"desk","after":null}', 0) == [
        Follow("a", "desk", None)
    ]
    assert core.receive('{"type":"subscribe","id":2,"topic":"desk","after":7}', 0) == [Follow(2, "desk", 7)]
    assert core.receive('{"type":"unsubscribe","id":3,"topic":"desk"}', 0) == [Unfollow(3, "desk")]
    (run,) = core.receive('{"type":"command","id":"c","name":"send","data":{"text":"hi"}}', 0)
    assert isinstance(run, Run)
    assert (run.id, run.name, bytes(run.data)) == ("c", "send", b'{"text":"hi"}')
    assert core.receive('{"type":"ping"}', 0) == [Send(frames.Pong())]


def test_unknown_fields_are_for_the_future_and_no_error() -> None:
    assert opened().receive('{"type":"ping","mood":"sunny"}', 0) == [Send(frames.Pong())]


@pytest.mark.parametrize(
    ("text", "code", "request_id"),
    [
        ("", "malformed", None),
        ("{", "malformed", None),
        ("null", "malformed", None),
        ('{"id":"a"}', "malformed", "a"),
        ('{"type":7,"id":"a"}', "unknown_type", "a"),
        ('{"type":"subscribe","id":"a"}', "malformed", "a"),
        ('{"type":"subscribe","id":"a","topic":"desk","after":-1}', "malformed", "a"),
        ('{"type":"subscribe","id":"a","topic":"desk","after":"1"}', "malformed", "a"),
        ('{"type":"subscribe","id":true,"topic":"desk"}', "malformed", None),
        (json.dumps({"type": "subscribe", "id": "a" * 65, "topic": "desk"}), "malformed", None),
        ('{"type":"fly","id":5}', "unknown_type", 5),
        ('{"type":"command","id":"a","name":""}', "malformed", "a"),
        ('{"type":"ping"} trailing', "malformed", None),
        ('{"type":"ping","x":"\ud800"}', "malformed", None),
    ],
)
def test_what_cannot_be_read_is_named_and_survived(text: str, code: str, request_id: object) -> None:
    core = opened()
    error = error_of(core.receive(text, 0))
    assert (error.code, error.id) == (code, request_id)
    assert core.state is State.OPEN


def test_the_reason_names_the_field() -> None:
    error = error_of(opened().receive('{"type":"subscribe","id":"a","topic":"desk","after":"1"}', 0))
    assert "$.after" in error.hint


def test_a_binary_frame_is_refused_with_a_hint() -> None:
    assert error_of(opened().receive(b"{}", 0)).hint == "Send text frames, not binary ones."


@pytest.mark.parametrize("letter", ["x", "ü", "€", "🌞"])
def test_size_is_counted_in_bytes(letter: str) -> None:
    core = opened(Limits(frame_bytes=1000))
    padding = len(json.dumps({"type": "ping", "x": ""}).encode())
    fits = (1000 - padding) // len(letter.encode())
    whole = json.dumps({"type": "ping", "x": letter * fits}, ensure_ascii=False)
    assert core.receive(whole, 0) == [Send(frames.Pong())]
    assert error_of(core.receive(whole.replace(letter, letter * 4, 1), 0)).code == "too_large"


def test_too_many_commands_have_to_wait_and_then_may_go_on() -> None:
    core = opened(Limits(commands_per_second=2, command_burst=2))
    command = '{"type":"command","id":"c","name":"send"}'
    assert [len(core.receive(command, 0)) for _ in range(2)] == [1, 1]
    error = error_of(core.receive(command, 0))
    assert (error.code, error.id, error.retry_after) == ("too_many", "c", 0.5)
    assert isinstance(core.receive(command, 0.5)[0], Run)
    assert core.receive('{"type":"ping"}', 0.5) == [Send(frames.Pong())]


COMMAND = '{"type":"command","id":"c","name":"send"}'


def test_a_client_that_waits_as_told_is_never_cut_however_often_it_is_refused() -> None:
    core = opened(Limits(commands_per_second=10, command_burst=1, strikes=3, early_returns=0))
    now, done = 0.0, 0
    while done < 500:
        (action,) = core.receive(COMMAND, now)
        done += isinstance(action, Run)
        now += 0 if isinstance(action, Run) else error_of([action]).retry_after or 0.0


def test_a_queue_that_was_sent_at_once_comes_through_when_each_is_repeated_as_told() -> None:
    core = opened(Limits(commands_per_second=20, command_burst=60, frame_burst=1000, strikes=3))
    answers = [core.receive(COMMAND, 0) for _ in range(300)]
    due = sorted(float(error_of(each).retry_after) for each in answers if not isinstance(each[0], Run))  # type: ignore[arg-type]
    assert len(due) == 240
    for moment in due:
        assert isinstance(core.receive(COMMAND, moment)[0], Run)


def test_who_hammers_on_without_waiting_is_cut_and_told_when_to_come_back() -> None:
    core = opened(
        Limits(commands_per_second=1, command_burst=1, frame_burst=1000, strikes=3, early_returns=10)
    )
    core.receive(COMMAND, 0)
    for number in range(14):
        assert error_of(core.receive(COMMAND, number / 1000)).code == "too_many"
    end = end_of(core.receive(COMMAND, 0.1))
    assert (end.bye.code, end.close, end.bye.retry_after) == ("too_many", 4429, 30)


def test_who_takes_no_notice_is_read_at_the_pace_at_which_there_is_room() -> None:
    core = opened(Limits(commands_per_second=10, command_burst=5, frame_burst=1000))
    answers = [core.receive(COMMAND, 0) for _ in range(14)]
    assert [len(each) for each in answers] == [1] * 11 + [2] * 3
    assert answers[-1][-1] == Pause(0.1)


def test_too_many_frames_are_not_refused_but_read_more_slowly() -> None:
    core = opened(Limits(frames_per_second=10, frame_burst=5))
    ping = '{"type":"ping"}'
    assert [core.receive(ping, 0) for _ in range(4)] == [[Send(frames.Pong())]] * 4
    assert core.receive(ping, 0) == [Send(frames.Pong()), Pause(0.1)]
    assert core.receive(ping, 0) == [Send(frames.Pong()), Pause(0.2)]
    assert core.receive(ping, 0.4) == [Send(frames.Pong())]


def test_who_goes_on_being_refused_is_closed() -> None:
    core = opened(Limits(strikes=3))
    for _ in range(3):
        error_of(core.receive("nonsense", 0))
    end = end_of(core.receive("nonsense", 0))
    assert (end.bye.code, end.close, end.bye.retry_after) == ("too_many", 4429, 30)
    assert core.receive('{"type":"ping"}', 0) == []


def test_so_many_topics_and_no_more() -> None:
    core = opened(Limits(subscriptions=2))
    subscribe = '{"type":"subscribe","id":"a","topic":"conversation:%d"}'
    for number in (1, 2, 2):
        assert isinstance(core.receive(subscribe % number, 0)[0], Follow)
    assert error_of(core.receive(subscribe % 3, 0)).code == "too_many"
    core.receive('{"type":"unsubscribe","id":"b","topic":"conversation:1"}', 0)
    assert isinstance(core.receive(subscribe % 3, 0)[0], Follow)
    core.release("conversation:3")
    assert isinstance(core.receive(subscribe % 4, 0)[0], Follow)


def test_a_second_hello_is_refused() -> None:
    assert error_of(opened().receive('{"type":"hello","protocol":1}', 0)).code == "malformed"


def test_no_hello_in_time_ends_it_even_with_noise() -> None:
    core = ProtocolCore(Limits(hello_seconds=10), now=0)
    core.receive('{"type":"ping"}', 9)
    assert core.tick(9.9) == []
    assert end_of(core.tick(10)).bye.code == "hello_expected"
    assert core.tick(11) == []


def test_silence_ends_it_and_any_frame_breaks_it() -> None:
    core = opened(Limits(silence_seconds=120))
    core.receive('{"type":"ping"}', 100)
    assert core.tick(219) == []
    end = end_of(core.tick(220))
    assert (end.bye.code, end.close, end.bye.retry_after) == ("silent", 4411, 0)


def test_the_welcome_says_who_one_is_and_what_one_may() -> None:
    mara = person()
    welcome = opened().welcome(mara, "2026-11-22T12:00:00Z").frame
    assert isinstance(welcome, frames.Welcome)
    assert welcome.you == frames.You("person", mara.actor.id or UUID(int=0), "Mara", None)
    assert json.loads(frames.encode(welcome))["limits"]["subscriptions"] == 200


@given(
    st.text() | st.binary() | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps)
)
def test_no_noise_whatever_breaks_the_core(noise: str | bytes) -> None:
    core = opened()
    for action in core.receive(noise, 0):
        assert isinstance(action, Send | End)
        frames.encode(action.frame if isinstance(action, Send) else action.bye)


class Conversation(RuleBasedStateMachine):
    """Any client at any pace: what may never happen, does not."""

    limits = Limits(subscriptions=3, commands_per_second=1, command_burst=2, strikes=4, silence_seconds=50)

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.core = ProtocolCore(self.limits, 0)
        self.followed: set[str] = set()
        self.greeted = self.ended = False
        self.runs = 0

    def see(self, actions: list[Action]) -> None:
        assert not (self.ended and actions), "something came after the end"
        for action in actions:
            if isinstance(action, Authenticate):
                assert not self.greeted
                self.greeted = True
            elif isinstance(action, Follow):
                self.followed.add(action.topic)
            elif isinstance(action, Unfollow):
                self.followed.discard(action.topic)
            elif isinstance(action, Run):
                self.runs += 1
            elif isinstance(action, End):
                self.ended = True
                assert action.bye.code in CODES
            if isinstance(action, Follow | Unfollow | Run):
                assert self.greeted, "acted before hello"

    def say(self, frame: dict[str, Any]) -> None:
        self.see(self.core.receive(json.dumps(frame), self.now))

    @rule()
    def hello(self) -> None:
        self.say({"type": "hello", "protocol": 1})

    @rule(topic=st.sampled_from(["a", "b", "c", "d", "e"]))
    def subscribe(self, topic: str) -> None:
        self.say({"type": "subscribe", "id": "s", "topic": topic})

    @rule(topic=st.sampled_from(["a", "b", "c", "d", "e"]))
    def unsubscribe(self, topic: str) -> None:
        self.say({"type": "unsubscribe", "id": "u", "topic": topic})

    @rule(topic=st.sampled_from(["a", "b", "c", "d", "e"]))
    def taken_away(self, topic: str) -> None:
        self.core.release(topic)
        self.followed.discard(topic)

    @rule()
    def command(self) -> None:
        self.say({"type": "command", "id": "c", "name": "send"})

    @rule()
    def noise(self) -> None:
        self.see(self.core.receive("noise", self.now))

    @rule(seconds=st.floats(0, 30))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.see(self.core.tick(self.now))

    @invariant()
    def bounds_hold(self) -> None:
        assert len(self.followed) <= self.limits.subscriptions
        assert self.runs <= self.limits.command_burst + self.now * self.limits.commands_per_second + 1e-6
        assert self.ended == (self.core.state is State.OVER)


TestConversation = Conversation.TestCase
