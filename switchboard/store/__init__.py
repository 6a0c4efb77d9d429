"""Keeps and finds records with peewee; no model leaves this room, one transaction per use case.

``store.py`` is the door. Nothing here knows the switch, and no greenlet ever waits inside a
transaction: the engine is spoken to on threads of its own (``database.py``).
"""
