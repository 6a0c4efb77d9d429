"""Finds prompts, speaks text, keeps recordings and messages on disk."""
