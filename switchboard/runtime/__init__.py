"""Starts, names, watches and ends greenlets; owns the clock and the mailboxes.

Knows no telephony.
"""
