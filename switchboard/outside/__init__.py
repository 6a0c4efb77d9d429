"""Speaks to systems of the centre that are not ours: tables, files, HTTP services, mail.

A flow names them, the settings say where they are, and what comes from them is data. Everything
that blocks runs on threads of the system's own, so that one which does not answer keeps nobody
else waiting. Never touches the switch, the console or our own records.
"""
