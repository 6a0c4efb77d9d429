"""A generator of random numbers of our own: the same seed gives the same draws on every Python.

xorshift64* (Vigna, 2016). Never for secrets.
"""

MASK = (1 << 64) - 1


class Draws:
    """A stream of draws."""

    __slots__ = ("_state",)

    def __init__(self, seed: int) -> None:
        # A run of zeros would stay zero; the constant spreads small seeds (splitmix64).
        mixed = (seed * 0x9E3779B97F4A7C15 + 0xBF58476D1CE4E5B9) & MASK
        self._state = mixed or 1
        for _ in range(4):
            self.word()

    def word(self) -> int:
        """Return 64 random bits."""
        x = self._state
        x ^= x >> 12
        x = (x ^ (x << 25)) & MASK
        x ^= x >> 27
        self._state = x
        return (x * 0x2545F4914F6CDD1D) & MASK

    def below(self, count: int) -> int:
        """Return a whole number from 0 to *count* - 1; the bias is below *count* / 2^64."""
        return (self.word() * count) >> 64

    def share(self) -> float:
        """Return a number from 0 to 1, 1 excluded."""
        return (self.word() >> 11) * (1.0 / (1 << 53))

    @property
    def state(self) -> int:
        """What a snapshot keeps."""
        return self._state

    def resume(self, state: int) -> None:
        """Go on from a kept state."""
        self._state = state or 1
