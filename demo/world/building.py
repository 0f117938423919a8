"""Makes the whole world, without I/O: everybody, and every conversation that they have had."""

from datetime import datetime, timedelta
from random import Random

import msgspec

from demo.customers import CUSTOMERS
from demo.dialogues import Dialogue, dialogues
from demo.world.ids import id_of
from demo.world.playing import Play, Played, Stop
from demo.world.population import Inhabitant, population
from demo.world.seasons import moment
from demo.world.team import ANSWERING

SEED = 20_261_101
CONVERSATIONS = 1_500
# What is going on now; everything else is over.
_NOW: tuple[
    tuple[Stop, int, int, int], ...
] = (  # where it stands, how many, at least and at most seconds ago
    ("queue", 14, 40, 3_000),
    ("agent", 36, 60, 60_000),
    ("concierge", 6, 20, 900),
)
_SNOOZED = 9
# What those who can sign in wrote before: customer, article, days ago.
_HISTORY = (("mara", "smart-meter", 131), ("mara", "payment-methods", 58), ("walter", "power-cut", 37))


class World(msgspec.Struct, frozen=True):
    """Who there is, what was said, and which conversations are snoozed."""

    people: list[Inhabitant]
    played: list[Played]
    snoozed: frozenset[int]


def build(now: datetime, site: str) -> World:
    """The world as it looks at this moment; `site` is the address of Luma's site. The same seed plays the same."""
    random = Random(SEED)
    people = population(random, now)
    played = [*_histories(random, people, now, site), *_present(random, people, now, site)]
    first_snoozed = len(_HISTORY) + _NOW[0][1]
    while len(played) < CONVERSATIONS:
        played.append(_past(random, people, len(played), now, site))
    return World(people, played, frozenset(range(first_snoozed, first_snoozed + _SNOOZED)))


def _histories(random: Random, people: list[Inhabitant], now: datetime, site: str) -> list[Played]:
    known: dict[str, Inhabitant] = {one.key: person for one, person in zip(CUSTOMERS, people, strict=False)}
    histories = []
    for number, (key, slug, days) in enumerate(_HISTORY):
        dialogue = next(one for one in dialogues(known[key].language) if _is_about(one, slug))
        at = now - timedelta(days=days, hours=3)
        histories.append(_play(random, dialogue, known[key], number, at, site).perform(None))
    return histories


def _is_about(dialogue: Dialogue, slug: str) -> bool:
    return any(turn.who == "article" and turn.ways[0] == slug for turn in dialogue.turns)


def _present(random: Random, people: list[Inhabitant], now: datetime, site: str) -> list[Played]:
    """What is open now, each person in one conversation only."""
    shuffled = random.sample(people[len(CUSTOMERS) :], len(people) - len(CUSTOMERS))
    half = len(shuffled) // 2
    others, named = iter(shuffled[:half]), iter([person for person in shuffled[half:] if person.name])
    present: list[Played] = []
    for stop, count, least, most in _NOW:
        for _ in range(count):
            number, person = len(_HISTORY) + len(present), next(named if stop == "agent" else others)
            play = _play(random, _dialogue(random, person, asking=True), person, number, now, site)
            play.perform(stop, random.random())
            play.pen.move_to(now - timedelta(seconds=random.uniform(least, most)))
            present.append(play.played())
    return present


def _past(random: Random, people: list[Inhabitant], number: int, now: datetime, site: str) -> Played:
    person = random.choice(people[len(CUSTOMERS) :])
    dialogue = _dialogue(random, person, asking=None if person.name else False)
    return _play(random, dialogue, person, number, moment(random, now), site).perform(None)


def _dialogue(random: Random, person: Inhabitant, *, asking: bool | None) -> Dialogue:
    """One in the person's language; `asking`: one with or without a human, None for either."""
    choices = [one for one in dialogues(person.language) if asking in (None, _has_human(one))]
    return random.choices(choices, [one.weight for one in choices])[0]


def _has_human(dialogue: Dialogue) -> bool:
    return any(turn.who == "handover" for turn in dialogue.turns)


def _play(
    random: Random, dialogue: Dialogue, person: Inhabitant, number: int, at: datetime, site: str
) -> Play:
    colleague = random.choice(ANSWERING)
    return Play(random, dialogue, person, colleague, id_of("conversation", number), at, site)
