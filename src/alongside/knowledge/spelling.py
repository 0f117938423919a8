"""Words that are nearly another one: probably the same, mistyped."""

from collections.abc import Collection


def near(one: str, other: str) -> bool:
    """Whether one word is probably the other, mistyped.

    One slip (a letter more, less, wrong, or two swapped) from five letters on, two from ten on; with four
    letters only a swap. The beginning must agree, or be swapped: people seldom miss the first letter.
    """
    if one == other:
        return True
    shorter = min(len(one), len(other))
    if shorter < 4 or not _same_beginning(one, other):
        return False
    if shorter == 4:
        return len(one) == len(other) and sorted(one) == sorted(other) and slips(one, other) == 1
    return slips(one, other) <= (2 if shorter >= 10 else 1)


def _same_beginning(one: str, other: str) -> bool:
    return one[0] == other[0] or one[:2] == other[1::-1]


def slips(one: str, other: str) -> int:
    """Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, previous, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
    return row[-1]


def corrected(words: Collection[str], known: Collection[str]) -> frozenset[str]:
    """The words, each unknown one replaced by the known one that it is nearly, if there is any."""
    return frozenset(word if word in known else _nearest(word, known) for word in words)


def _nearest(word: str, known: Collection[str]) -> str:
    return min(
        (other for other in known if near(word, other)),
        key=lambda other: (slips(word, other), other),
        default=word,
    )
