"""Speed, growth and memory, measured beside named peers; a goal that is missed is told, not hidden.

``python -m benchmarks [ID ...] [--json]``. Never a timed assertion: tests say what is right,
benchmarks say how fast.
"""
