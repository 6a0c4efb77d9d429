"""Judges the sound of a prompt without ears: is it long, loud and clean enough for its words?

The limits are wide: they find a clipped recording, a file that was cut off, an empty one, and
speech that reads something else than the text, not a matter of taste.
"""

from switchboard.flow.effects import Piece, Sound
from switchboard.media.measure import Measure

QUIETEST_DB = -32.0
LOUDEST_DB = -12.0
MOST_CLIPPED = 4
# Milliseconds a unit of text: a hanzi or a digit is a syllable, a letter a part of one. Measured:
# espeak-ng at our pace 300 ms a hanzi and 60 ms a letter; as "Chinese letter" 680 ms a hanzi.
HANZI_MS = (120, 480)
LETTER_MS = (30, 130)
# What is short is all beginning and end: so much may be added to any text.
EDGES_MS = 500


def remarks_on(found: Measure, piece: Piece | Sound) -> tuple[str, ...]:
    """Return what is wrong with the sound of *piece*, in words; empty when nothing is."""
    remarks = []
    if not found.rms:
        return ("silent",)
    if found.rms_db < QUIETEST_DB:
        remarks.append(f"too quiet: {found.rms_db:.1f} dB, at least {QUIETEST_DB:g}")
    if found.rms_db > LOUDEST_DB:
        remarks.append(f"too loud: {found.rms_db:.1f} dB, at most {LOUDEST_DB:g}")
    if found.clipped > MOST_CLIPPED:
        remarks.append(f"clipped: {found.clipped} samples")
    if isinstance(piece, Piece):
        shortest_ms, longest_ms = expected_ms(piece.text)
        if found.duration_ms < shortest_ms:
            remarks.append(f"too short for its words: at least {shortest_ms} ms")
        if found.duration_ms > longest_ms:
            remarks.append(f"too long for its words: at most {longest_ms} ms")
    return tuple(remarks)


def expected_ms(text: str) -> tuple[int, int]:
    """Return the shortest and the longest time in which somebody may say *text*."""
    units = [letter for letter in text if letter.isalnum()]
    syllables = sum(1 for letter in units if letter.isdigit() or ord(letter) >= 0x2E80)
    letters = len(units) - syllables
    shortest, longest = (syllables * HANZI_MS[edge] + letters * LETTER_MS[edge] for edge in (0, 1))
    return shortest, longest + EDGES_MS
