"""Keeps and finds records with peewee; no model leaves this room, one transaction per use case."""
