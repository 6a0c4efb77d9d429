"""The commands of `switchboard`; each module is one command or one group of them.
"""
