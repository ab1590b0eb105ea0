"""What relations ask of their targets: the answers, a few bits for each id, instead of the resources.

A first pass over the inventory asks each possible target everything that any relation asks, and keeps which answers
it gave (a small number, since few combinations occur) under a 64-bit hash of the id: 12 bytes for each resource.
"""

from array import array
from bisect import bisect_left

from phiward.engine.facts import Answer

_BUCKETS = 1024


class Targets:
    """The answers of every possible target. Filled by `add`, then closed by `settle`, then asked."""

    def __init__(self) -> None:
        self._patterns: dict[tuple[Answer, ...], int] = {}
        self._answers: list[tuple[Answer, ...]] = []
        self._hashes: dict[int, array[int]] = {}
        self._numbers: dict[int, array[int]] = {}

    def add(self, identity: str, answers: tuple[Answer, ...]) -> None:
        """Keep the answers of one resource: true, false, or None for what cannot be said."""
        number = self._patterns.get(answers)
        if number is None:
            number = self._patterns[answers] = len(self._answers)
            self._answers.append(answers)
        key = hash(identity)
        bucket = key % _BUCKETS
        if bucket not in self._hashes:
            self._hashes[bucket], self._numbers[bucket] = array("q"), array("I")
        self._hashes[bucket].append(key)
        self._numbers[bucket].append(number)

    def settle(self) -> None:
        """Sort what was added, so that it can be found."""
        for bucket, hashes in self._hashes.items():
            numbers = self._numbers[bucket]
            order = sorted(range(len(hashes)), key=hashes.__getitem__)
            self._hashes[bucket] = array("q", [hashes[index] for index in order])
            self._numbers[bucket] = array("I", [numbers[index] for index in order])

    def ask(self, number: int, identity: str) -> Answer:
        """Return the answer to a numbered question of an id. Not collected, or collected twice unlike: None."""
        key = hash(identity)
        bucket = key % _BUCKETS
        if bucket not in self._hashes:
            return None
        hashes, numbers = self._hashes[bucket], self._numbers[bucket]
        index = bisect_left(hashes, key)
        found: set[Answer] = set()
        while index < len(hashes) and hashes[index] == key:
            found.add(self._answers[numbers[index]][number])
            index += 1
        return found.pop() if len(found) == 1 else None
