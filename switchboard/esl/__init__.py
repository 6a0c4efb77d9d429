"""Turns bytes into events and commands into bytes, and knows which exchange may come next.

No socket, no clock, no logging: bytes in, objects out, and back.
"""
