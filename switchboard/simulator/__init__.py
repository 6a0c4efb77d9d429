"""A stand-in for FreeSWITCH: behaves on the wire as it does, held to recorded traces."""
