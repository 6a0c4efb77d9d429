"""One module per intention: asks the pure rooms, tells the ports, records facts.

No gevent, no SQL, no Flask, no text of the event socket.
"""
