"""The field's words as frozen types, and arithmetic that needs only them.

Nothing here imports another room, reads a clock, or does I/O. A word that two rooms use stands
here, once; a word that one room uses stands in that room.
"""
