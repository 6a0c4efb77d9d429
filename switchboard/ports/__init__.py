"""What the services need of the world: Protocol classes, one module per subject.

A port states units, failures and what an empty answer means; an adapter keeps that promise and the
port's contract suite (``tests/contract``) holds adapter and fake to it alike. No port is
implemented here.
"""
