"""A stand-in for FreeSWITCH: behaves on the wire as it does, held to recorded traces.

It calls the app (the outbound socket) and listens for it (the inbound one), runs a dialplan, and
has people instead of networks: endpoints that dial, listen, press, speak and hang up. Sound is
reckoned, not streamed: who hears what from when to when is known, and samples are made only when
somebody asks for them. It never imports services or the store: it knows nothing of Switchboard
but the wire.
"""
