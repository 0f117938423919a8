"""Plays a dialogue: what the customer, the concierge and the agent wrote, as a journal.

The concierge is the real one's core: its memory is recalled from the journal so far, its words are those that it
would say, and its packet is what it would hand over.
"""

from datetime import datetime
from random import Random
from typing import Literal
from uuid import UUID

import msgspec

from alongside.automation.concierge.model import Answer, Clarify, Greet, HandOver, Memory, Option, Passage
from alongside.automation.concierge.packet import packet_of
from alongside.automation.concierge.recalling import recall
from alongside.automation.concierge.speaking import Body, message_of
from alongside.automation.concierge.stage import Stage
from alongside.automation.concierge.wishes import wants_human
from alongside.conversations import drafts
from alongside.conversations.model import Draft, Entry, Page
from alongside.kit.actors import CONCIERGE, SYSTEM, Actor, agent, person
from demo.articles import help_article, help_articles
from demo.dialogues import Dialogue, Turn
from demo.world.gaps import gaps
from demo.world.papers import Paper, letter, meter_photo
from demo.world.pen import Pen
from demo.world.population import Inhabitant
from demo.world.team import Colleague

Stop = Literal["concierge", "queue", "agent"]
_TAPS = {
    "That helps": "helped",
    "Das hilft mir": "helped",
    "Human please": "human",
    "Bitte ein Mensch": "human",
}
_FEELINGS = ("anger", "grief", "distress")


class Played(msgspec.Struct, frozen=True):
    """A conversation that took place; `colleague` is who accepted it, None if nobody did."""

    conversation_id: UUID
    person: Inhabitant
    entries: list[Entry]
    papers: list[tuple[Paper, Actor]]
    colleague: Colleague | None


class Play:
    """One performance of a dialogue; `stop` says where it is cut off, if it is not over."""

    def __init__(
        self,
        random: Random,
        dialogue: Dialogue,
        inhabitant: Inhabitant,
        colleague: Colleague,
        conversation_id: UUID,
        at: datetime,
        site: str,
    ) -> None:
        self.random = random
        self.dialogue = dialogue
        self.inhabitant = inhabitant
        self.colleague = colleague
        self.customer = person(inhabitant.person_id)
        self.agent = agent(colleague.agent_id)
        self.site = site
        self.pen = Pen(conversation_id, at)
        self.gaps = gaps(random, dialogue.language, inhabitant, colleague, at)
        self.papers: list[tuple[Paper, Actor]] = []
        self.accepted = False

    def perform(self, stop: Stop | None, cut: float = 1.0) -> Played:
        """Play it to the end or to its stop; `cut` is how much of an agent's part takes place, 0 to 1."""
        self._start()
        turns = self.dialogue.turns[: self._length(stop, cut)]
        for turn in turns:
            self._take(turn)
        if stop is None:
            self._close()
        return self.played()

    def played(self) -> Played:
        """What took place so far."""
        return Played(
            self.pen.conversation_id,
            self.inhabitant,
            self.pen.entries,
            self.papers,
            self.colleague if self.accepted else None,
        )

    def _length(self, stop: Stop | None, cut: float) -> int:
        """How many turns take place until it stops."""
        who = [turn.who for turn in self.dialogue.turns]
        if stop is None or "handover" not in who:
            return len(who)
        handover = who.index("handover")
        if stop == "concierge":
            return next((at + 1 for at, one in enumerate(who) if one == "article"), 1)
        if stop == "queue":
            return handover + 1
        return handover + 2 + round(cut * (len(who) - handover - 2))

    def _start(self) -> None:
        path, title = self.dialogue.page
        page = Page(self.site + path, f"{title} · Luma Energy")
        started = drafts.started(self.pen.conversation_id, self.pen.next_id(), self.customer, page)
        self.pen.write(started, 0)
        self._concierge_says(message_of(Greet(), self._memory(), self._stage()), 0.4)

    def _take(self, turn: Turn) -> None:
        match turn.who:
            case "customer":
                self._customer_says(self._words(turn.ways))
            case "article":
                answer = Answer(self._passage(turn.ways[0]))
                self._concierge_says(message_of(answer, self._memory(), self._stage()), 1.2)
            case "options":
                self._name_options(turn.ways)
            case "handover":
                self._hand_over(turn.ways[0])
            case "agent":
                self._agent_says(self._words(turn.ways))
            case "note":
                self._note(self._words(turn.ways))
            case "customer_file":
                self._send_file(self.customer, turn)
            case "agent_file":
                self._send_file(self.agent, turn)

    def _words(self, ways: tuple[str, ...]) -> str:
        return self.random.choice(ways).format(**self.gaps)

    def _customer_says(self, text: str) -> None:
        draft = drafts.message(
            self.pen.conversation_id, self.pen.next_id(), self.customer, text, choice=_TAPS.get(text)
        )
        self.pen.write(draft, self.random.uniform(15, 160))

    def _concierge_says(self, body: Body, after: float) -> None:
        draft = Draft(
            conversation_id=self.pen.conversation_id,
            entry_id=self.pen.next_id(),
            kind="message",
            audience="everyone",
            author=CONCIERGE,
            body=body,
        )
        self.pen.write(draft, after)

    def _memory(self) -> Memory:
        return recall(self.pen.entries, self.dialogue.language).memory

    def _stage(self) -> Stage:
        topics = (one for one in help_articles(self.dialogue.language) if one.topic)
        path, title = self.dialogue.page
        return Stage(
            concierge=CONCIERGE_NAME,
            greetings=GREETINGS,
            topics=tuple(Option(one.slug, one.topic or one.title) for one in topics),
            pages=(Page(self.site + path, f"{title} · Luma Energy"),),
        )

    def _passage(self, slug: str) -> Passage:
        article = help_article(self.dialogue.language, slug)
        assert article, slug
        return Passage(slug, article.title, article.body, help_url(self.site, slug), 0.9)

    def _name_options(self, slugs: tuple[str, ...]) -> None:
        options = tuple(Option(slug, self._passage(slug).title) for slug in slugs)
        self._concierge_says(message_of(Clarify(options), self._memory(), self._stage()), 1.0)

    def _hand_over(self, reason: str) -> None:
        memory, stage = self._memory(), self._stage()
        command = _command(reason, memory.questions[-1])
        self._concierge_says(message_of(command, memory, stage), 0.8)
        packet = packet_of(command, memory, stage)
        this = self.pen.conversation_id
        self.pen.write(drafts.handed_over(this, self.pen.next_id(), CONCIERGE, "queue", packet.reason), 0)
        self.pen.write(drafts.handoff_packet(this, self.pen.next_id(), CONCIERGE, packet), 0)

    def _accept(self) -> None:
        self.accepted = True
        this, colleague = self.pen.conversation_id, self.colleague
        taken = drafts.assigned(this, self.pen.next_id(), self.agent, colleague.agent_id, colleague.name)
        self.pen.write(taken, self.random.triangular(12, 900, 90))
        self.pen.write(drafts.joined(this, self.pen.next_id(), self.agent, colleague.name), 0)

    def _agent_says(self, text: str) -> None:
        if not self.accepted:
            self._accept()
        draft = drafts.message(self.pen.conversation_id, self.pen.next_id(), self.agent, text)
        self.pen.write(draft, self.random.uniform(20, 140))

    def _note(self, text: str) -> None:
        note = drafts.note(self.pen.conversation_id, self.pen.next_id(), self.agent, text)
        self.pen.write(note, self.random.uniform(5, 60))

    def _send_file(self, author: Actor, turn: Turn) -> None:
        entry_id = self.pen.next_id()
        paper = self._paper(turn.ways[0], entry_id)
        self.papers.append((paper, author))
        text = self._words(turn.ways[1:])
        draft = drafts.message(self.pen.conversation_id, entry_id, author, text, files=[paper.card()])
        self.pen.write(draft, self.random.uniform(40, 300))

    def _paper(self, kind: str, file_id: UUID) -> Paper:
        if kind == "meter":
            return meter_photo(file_id, "".join(c for c in self.gaps["true_reading"] if c.isdigit()))
        lines = [
            "Luma Energy · Aurental", "", self.gaps["name"], self.gaps["street"], "",
            f"{kind.title()} of {self.pen.at:%d.%m.%Y}", "", f"Amount: {self.gaps['old_amount']} EUR",
            f"Meter: {self.gaps['meter']}", "", self.colleague.name,
        ]  # fmt: skip
        return letter(file_id, f"luma-{kind}.pdf", lines)

    def _close(self) -> None:
        closer = self.agent if self.accepted else SYSTEM
        self.pen.write(
            drafts.closed(self.pen.conversation_id, self.pen.next_id(), closer), self.random.uniform(60, 1500)
        )


CONCIERGE_NAME = "Lumi"
GREETINGS = {
    "en": "Hello, I'm Lumi, Luma's concierge. Ask me anything, or choose a topic. "
    "If you would rather talk to a person, just say so.",
    "de": "Guten Tag, ich bin Lumi von Luma. Fragen Sie mich alles oder wählen Sie ein Thema. "
    "Wenn Sie lieber mit einem Menschen sprechen, sagen Sie es einfach.",
}


def help_url(site: str, slug: str) -> str:
    """Where an article stands on Luma's site."""
    return f"{site}/help/{slug}"


def _command(reason: str, question: str) -> HandOver:
    """Why a human comes: as the dialogue says, unless the customer's own words ask for one."""
    if reason in _FEELINGS:
        return msgspec.convert({"type": "HandOver", "reason": "feelings", "feeling": reason}, HandOver)
    return HandOver("asked") if wants_human(question) else HandOver("unsure")
