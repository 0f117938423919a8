"""What is for the team stays with the team, whichever way a customer asks."""

from uuid import UUID

import pytest

from alongside.conversations import accepting, drafts, handing_over, listing, snapshots, transcript
from alongside.conversations.model import Entry, Packet
from alongside.conversations.snapshots import Asked
from alongside.kit.errors import NotFound
from alongside.kit.ids import uuid7
from tests.conversations.scene import Scene

SECRET = "do not tell"


async def talk_with_secrets(scene: Scene) -> UUID:
    """A conversation whose entries 4 (packet), 5 (assigned) and 7, 8 (notes) are for the team."""
    talk = await scene.started()
    await scene.journal.append(scene.workspace_id, scene.says(talk, scene.customer, "Hello"))
    packet = Packet(summary=SECRET, last_question="", reason="asked")
    await scene.do(handing_over.hand_over, scene.customer, talk, uuid7(), "asked", packet=packet)
    await scene.do(accepting.accept, scene.agent.id, talk, uuid7())
    for _ in range(2):
        await scene.journal.append(scene.workspace_id, drafts.note(talk, uuid7(), scene.agent, SECRET))
    return talk


async def test_the_transcript_leaves_out_what_is_for_the_team_and_says_what_it_covers(scene: Scene) -> None:
    talk = await talk_with_secrets(scene)
    seen = await scene.ask(transcript.page, scene.customer, talk)
    assert [entry.kind for entry in seen.entries] == ["started", "message", "handed_over", "joined"]
    assert (seen.after, seen.upto, seen.more) == (0, 8, False)
    later = await scene.ask(transcript.page, scene.customer, talk, after=6)
    assert (later.entries, later.after, later.upto) == ([], 6, 8)
    whole = await scene.ask(transcript.page, scene.agent, talk)
    assert [entry.seq for entry in whole.entries] == list(range(1, 9))


async def test_the_summary_says_nothing_that_is_for_the_team(scene: Scene) -> None:
    talk = await talk_with_secrets(scene)
    [before] = await scene.ask(listing.own, scene.customer.id)
    await scene.journal.append(scene.workspace_id, drafts.note(talk, uuid7(), scene.agent, SECRET))
    [after] = await scene.ask(listing.own, scene.customer.id)
    assert (after.preview, after.preview_author, after.unread) == ("Hello", "person", 0)
    assert after.last_entry_at == before.last_entry_at


async def test_the_snapshot_of_a_topic_has_only_what_the_customer_may_see(scene: Scene) -> None:
    talk = await talk_with_secrets(scene)
    taken = await scene.ask(snapshots.take, scene.customer, talk, None)
    assert {entry.audience for entry in taken.page.entries} == {"everyone"}
    assert taken.page.upto == taken.summary.last_seq == 8
    assert SECRET not in str(taken)


async def test_pages_backwards_are_full_of_what_may_be_seen_and_meet_without_gap(scene: Scene) -> None:
    talk = await scene.started()
    for n in range(30):
        draft = (
            scene.says(talk, scene.customer, f"{n}")
            if n % 3
            else drafts.note(talk, uuid7(), scene.agent, SECRET)
        )
        await scene.journal.append(scene.workspace_id, draft)
    before: int | None = None
    seen: list[Entry] = []
    while True:
        page = await scene.ask(transcript.page, scene.customer, talk, before=before, limit=4)
        seen = page.entries + seen
        if not page.more:
            break
        assert len(page.entries) == 4
        before = page.after + 1
    assert [entry.body.get("text") for entry in seen[1:]] == [f"{n}" for n in range(30) if n % 3]


async def test_pages_onwards_meet_without_gap(scene: Scene) -> None:
    talk = await scene.started()
    for n in range(10):
        await scene.journal.append(scene.workspace_id, scene.says(talk, scene.customer, f"{n}"))
    after, more = 0, True
    seen: list[Entry] = []
    while more:
        page = await scene.ask(transcript.page, scene.agent, talk, after=after, limit=4)
        seen += page.entries
        after, more = page.upto, page.more
    assert [entry.seq for entry in seen] == list(range(1, 12))


async def test_another_person_learns_nothing_not_even_that_there_is_one(scene: Scene) -> None:
    talk, stranger = await scene.started(), await scene.person("Eve")
    for question in (transcript.page, snapshots.card):
        with pytest.raises(NotFound):
            await scene.ask(question, stranger, talk)
    with pytest.raises(NotFound):
        await scene.journal.append(scene.workspace_id, scene.says(talk, stranger))
    assert await scene.ask(listing.own, stranger.id) == []


async def test_a_client_that_is_far_behind_gets_the_newest(scene: Scene) -> None:
    talk = await scene.started()
    batch = [scene.says(talk, scene.customer, f"{n}") for n in range(260)]
    await scene.do(lambda connection, journal, workspace_id: journal.record(connection, workspace_id, batch))
    near = await scene.ask(snapshots.take, scene.customer, talk, 200)
    far = await scene.ask(snapshots.take, scene.customer, talk, 3)
    beyond = await scene.ask(snapshots.take, scene.customer, talk, 9_999)
    assert (near.page.after, len(near.page.entries), near.page.upto) == (200, 61, 261)
    assert (far.page.after, len(far.page.entries), far.page.upto) == (211, 50, 261)
    assert (beyond.page.after, beyond.page.upto) == (211, 261)


async def test_what_was_missed_is_fetched_in_stretches_that_may_end_early(scene: Scene) -> None:
    one, other = await scene.started(), await scene.started()
    for talk in (one, other):
        for n in range(5):
            await scene.journal.append(scene.workspace_id, scene.says(talk, scene.customer, f"{n}"))
    ranges = [(one, 1, 4), (other, 0, 6), (uuid7(), 0, 9)]
    found = {each.conversation_id: each for each in await scene.ask(transcript.stretches, ranges, limit=4)}
    assert found.keys() == {one, other}
    assert (found[one].after, found[one].upto) == (1, 4)
    assert (found[other].after, found[other].upto, len(found[other].entries)) == (0, 4, 4)


async def test_many_who_come_back_at_once_each_get_what_they_lack_and_may_see(scene: Scene) -> None:
    talk, stranger = await talk_with_secrets(scene), await scene.person()
    asked = [
        Asked(scene.customer, talk, None),
        Asked(scene.agent, talk, 6),
        Asked(stranger, talk, None),
        Asked(scene.agent, uuid7(), 0),
        Asked(scene.customer, talk, 8),
    ]
    whole, team, refused, missing, level = await scene.ask(snapshots.take_each, asked)
    assert whole is not None
    assert team is not None
    assert level is not None
    assert (refused, missing) == (None, None)
    assert whole == await scene.ask(snapshots.take, scene.customer, talk, None)
    assert SECRET not in str(whole)
    assert ([entry.seq for entry in team.page.entries], team.page.after, team.page.upto) == ([7, 8], 6, 8)
    assert (level.page.entries, level.page.after, level.page.upto) == ([], 8, 8)
    assert (team.summary.unread, whole.summary.unread) == (1, 0)
