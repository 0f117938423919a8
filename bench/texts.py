"""Texts as customers and agents write them: made up from a seed, the same in every run."""

import math
import random

_WORDS = """\
the a my your our this that bill invoice contract meter tariff payment account order delivery parcel router line
password address phone email customer number month week day yesterday today tomorrow morning October November is was
has had will can could should would do does did not no yes still again already never always please thanks hello sorry
pay paid send sent receive received change changed cancel cancelled move moved wait waiting call called write wrote
check checked look looked see saw find found help know think tell told ask asked for from to in on at with without
about because but and or if when why how what where who which twice double higher lower late early new old wrong right
different same last next first second refund credit deposit fee charge reading engineer appointment
technician network"""
_MEDIAN_WORDS, _SPREAD, _LONGEST = 14, 0.8, 250


def texts(count: int, seed: int = 1) -> list[str]:
    """So many different messages: log-normal in length, half of them under some 80 characters, few over 400."""
    chance = random.Random(seed)
    return [_text(chance) for _ in range(count)]


def _text(chance: random.Random) -> str:
    length = max(1, min(_LONGEST, round(chance.lognormvariate(math.log(_MEDIAN_WORDS), _SPREAD))))
    words = chance.choices(_WORDS.split(), k=length)
    sentences = [words[start : start + 11] for start in range(0, length, 11)]
    return ". ".join(" ".join(each).capitalize() for each in sentences) + chance.choice(".?!")
