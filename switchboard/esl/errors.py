"""The two ways a conversation with FreeSWITCH can go wrong: by their fault, or by ours."""


class ProtocolError(Exception):
    """The peer sent what is not the event socket. Close the connection; never resynchronise."""


class LocalProtocolError(Exception):
    """We tried to send what must not be sent, or what may not come now; nothing was written.

    It is a fault of this program, or data from outside that has no place in a command. The message
    names the place and what is wrong, and never repeats the refused text whole.
    """
