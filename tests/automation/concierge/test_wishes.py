"""The wish for a human: found in every guise, and only where it is one."""

import pytest

from alongside.automation.concierge.wishes import wants_human

WISHES = """
I don't want a bot
I do not want to talk to a bot
speak to someone
human please
A human, please
agent!!
let me talk to a person
can I speak to a real person
I want to talk to someone about my bill
I'd like to chat with an agent please
Can someone call me back?
why can't I talk to a human
I cant reach anyone
no bots please
I hate talking to robots
This bot is useless
the bot doesn't understand me
stop, I need a humna
I want to speka with a represntative
I don't understand this I need a human
I want a person
give me a real human being
put me through to customer service
transfer me to an operator
no, human please
Can I talk to a colleague of yours?
I would rather speak to a human than a machine
Not a bot please, a human
is there a real person I can talk to?
Can a human look at this?
Why is there no human here?
is anybody there?
Mensch bitte
Mitarbeiter
Bitte ein Mensch
ich möchte mit einem Menschen sprechen
ich moechte mit jemandem reden
Kann ich bitte mit jemandem reden?
kann ich nicht mit einem Menschen sprechen?
Ich will keinen Bot sondern einen Menschen
Ich möchte nicht mit einem Roboter sprechen
verbinden Sie mich bitte mit einem Mitarbeiter
Rufen Sie mich bitte an
Gibt es hier echte Menschen?
Mitarbieter bitte
ist da jemand?
Der Bot nervt
Kundenberater bitte
ich brauche einen ansprechpartner
hab keine Lust auf einen Bot
Ich würde gerne mit einer Mitarbeiterin telefonieren
kein Mensch da?
""".strip().splitlines()

NO_WISHES = """
I don't want to talk to a human
no need for an agent
I don't need a person, just tell me
kein Mitarbeiter nötig
ich will nicht mit einem Mitarbeiter sprechen
Are you a bot?
are you a human or a bot?
bist du ein Mensch?
Why is my bill so high?
My contract ends in May
how many people can share one contract
I need someone to read my meter
My estate agent told me about Luma
I am not a robot
Können Sie mich beraten?
The person before me left debts
Does a technician come for the smart meter?
The washing machine uses a lot
my computer does not work since the outage
Do you employ people in Berlin
Wie viele Personen leben im Haushalt?
Ich ziehe mit einer Person zusammen
I want stuff delivered
Someone stole my meter
Please don't call me
Ich will keinen Rückruf
my phone number changed
Was kostet der Strom?
Somebody is taking power from my socket
please advise
""".strip().splitlines()


@pytest.mark.parametrize("text", WISHES)
def test_somebody_who_wishes_for_a_human_is_understood(text: str) -> None:
    assert wants_human(text)


@pytest.mark.parametrize("text", NO_WISHES)
def test_somebody_who_does_not_is_not_sent_away(text: str) -> None:
    assert not wants_human(text)


@pytest.mark.parametrize("text", ["", "   ", "???", "👍", "x" * 10_000, "no " * 3_000])
def test_anything_can_be_read(text: str) -> None:
    assert not wants_human(text)


def test_a_wish_in_a_long_message_is_found() -> None:
    assert wants_human(
        "My bill came yesterday. It is 300 euros. I never paid that much.\nCan I speak to someone?"
    )
