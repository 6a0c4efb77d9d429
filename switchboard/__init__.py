"""Switchboard: a voice application server and contact centre on FreeSWITCH."""

__version__ = "0.1.0"
