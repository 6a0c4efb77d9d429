"""The API commands of the node: what ``api`` and ``bgapi`` run. One family in each module.

A command is a function of the node and an argument and returns what the real one prints. It acts
at once, whatever the channel executes.
"""
