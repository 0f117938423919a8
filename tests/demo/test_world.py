"""The seeded world, before it is written: the same each time, and like something that happened."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from alongside.conversations.summary import summarise
from alongside.kit.ids import uuid7
from demo.articles import LANGUAGES, help_article, help_articles
from demo.customers import CUSTOMERS
from demo.dialogues import dialogues
from demo.world.building import CONVERSATIONS, World, build
from demo.world.papers import letter, meter_photo
from demo.world.playing import Played
from demo.world.population import SIZE
from demo.world.team import TEAM

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
SITE = "http://127.0.0.1:8001"


@pytest.fixture(scope="module")
def world() -> World:
    """The world at one moment."""
    return build(NOW, SITE)


def test_the_same_moment_makes_the_same_world(world: World) -> None:
    assert build(NOW, SITE) == world


def test_another_day_has_the_same_people_and_conversations_a_day_later(world: World) -> None:
    later = build(NOW + timedelta(days=7), SITE)
    assert [person.person_id for person in later.people] == [person.person_id for person in world.people]
    assert _ids(later) == _ids(world)


def _ids(world: World) -> list[object]:
    return [played.conversation_id for played in world.played]


def test_there_are_as_many_people_and_conversations_as_promised(world: World) -> None:
    assert (len(world.people), len(world.played)) == (SIZE, CONVERSATIONS)
    assert len({played.conversation_id for played in world.played}) == CONVERSATIONS
    entries = [entry.entry_id for played in world.played for entry in played.entries]
    assert len(set(entries)) == len(entries)


def test_every_journal_counts_without_gaps_and_never_goes_back_in_time(world: World) -> None:
    for played in world.played:
        assert [entry.seq for entry in played.entries] == list(range(1, len(played.entries) + 1))
        times = [entry.at for entry in played.entries]
        assert times == sorted(times)
        assert times[-1] <= NOW


def test_no_gap_of_a_dialogue_stays_open(world: World) -> None:
    texts = [str(entry.body.get("text", "")) for played in world.played for entry in played.entries]
    assert not [text for text in texts if re.search(r"[{}]", text)]


def test_something_is_open_waiting_snoozed_and_closed(world: World) -> None:
    folded = [summarise(played.entries) for played in world.played]
    counts = Counter((one.status, one.held_by) for one in folded)
    assert counts["open", "queue"] == 14
    assert counts["open", "agent"] == 36
    assert counts["open", "concierge"] == 6
    assert counts["closed", "agent"] > counts["closed", "concierge"] > 100
    assert all(one.waiting_since for one in folded if one.held_by == "queue")
    assert all(_is_open_with_an_agent(world.played[number]) for number in world.snoozed)


def _is_open_with_an_agent(played: Played) -> bool:
    folded = summarise(played.entries)
    return (folded.status, folded.held_by) == ("open", "agent")


def test_a_human_comes_only_after_a_handover_and_the_customer_was_told_before(world: World) -> None:
    for played in world.played:
        kinds = [(entry.kind, entry.author.kind) for entry in played.entries]
        if ("handed_over", "concierge") in kinds:
            at = kinds.index(("handed_over", "concierge"))
            assert kinds[at - 1 : at + 2] == [
                ("message", "concierge"),
                ("handed_over", "concierge"),
                ("handoff_packet", "concierge"),
            ]
            assert ("message", "concierge") not in kinds[at:]
        else:
            assert ("message", "agent") not in kinds


def test_agents_address_nobody_whose_name_they_do_not_know(world: World) -> None:
    assert all(played.person.name for played in world.played if played.colleague)


def test_english_and_german_files_and_every_role_occur(world: World) -> None:
    languages = Counter(played.person.language for played in world.played)
    assert languages["en"] > languages["de"] > 200
    kinds = Counter(paper.media_type for played in world.played for paper, _ in played.papers)
    assert set(kinds) == {"image/png", "application/pdf"}
    assert {one.role for one in TEAM} == {"administrator", "supervisor", "agent", "specialist", "viewer"}


def test_two_who_can_sign_in_have_a_history(world: World) -> None:
    known = {person.person_id: one.key for one, person in zip(CUSTOMERS, world.people, strict=False)}
    wrote = Counter(known.get(played.person.person_id) for played in world.played)
    assert (wrote["mara"], wrote["walter"], wrote["sofia"]) == (2, 1, 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_dialogue_shows_articles_that_exist_and_begins_with_the_customer(language: str) -> None:
    for dialogue in dialogues(language):
        assert dialogue.turns[0].who == "customer"
        shown = [slug for turn in dialogue.turns if turn.who in ("article", "options") for slug in turn.ways]
        assert all(help_article(language, slug) for slug in shown)


def test_both_languages_have_the_same_articles_and_topics() -> None:
    english, german = (
        [(one.slug, one.audience, one.topic is None) for one in help_articles(language)]
        for language in LANGUAGES
    )
    assert english == german


def test_photos_and_letters_are_what_they_say() -> None:
    photo = meter_photo(uuid7(), "12345")
    assert photo.content.startswith(b"\x89PNG\r\n\x1a\n")
    assert photo.content.endswith(b"IEND\xaeB`\x82")
    paper = letter(uuid7(), "luma-letter.pdf", ["Grüße (aus) Aurental"])
    assert paper.content.startswith(b"%PDF-1.4")
    table = int(paper.content.rsplit(b"startxref\n", 1)[1].split()[0])
    assert paper.content[table:].startswith(b"xref")
    assert b"Gr\xfc\xdfe \\(aus\\) Aurental" in paper.content
