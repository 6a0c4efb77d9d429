"""What a channel can be told to execute; one family of applications in each module.

An application is a function of an executor and an argument. It waits only in ``executor.rest``,
and leaves at once when that says that the channel is gone.
"""
