"""The people of the traces, and what they did that no row tells."""

from switchboard.simulator.network import Invite
from switchboard.simulator.people import Fax
from switchboard.simulator.phones import Manner, Phone
from switchboard.simulator.sounds import parse_tone
from switchboard.simulator.tiff import blank_page

ZHANG_SAN = Invite("13800138000", "Zhang San", "4000")
HOSTILE_CALLER = Invite(
    "+8613800138000",
    "Bob%0AUnique-ID%3A zzz} ${system ls} 李,雷 <b>x</b>",
    "4000",
    host="127.0.0.1:5070",
)

# The lab's phones, as the traces show them; nothing listens on port 5999.
LAB_PHONES = (
    Phone(number="1001", port=6060, manner=Manner.ANSWERS, rings_ms=580),
    Phone(number="2001", port=6060, manner=Manner.BUSY),
    Phone(number="3001", port=6060, manner=Manner.RINGS),
    Phone(number="6001", port=6060, manner=Manner.REJECTS, rings_ms=380),
    Phone(number="7002", port=6060, manner=Manner.RINGS),
    *(
        Phone(number=number, port=6060, manner=Manner.ANSWERS, silent=True)
        for number in ("8001", "8002", "8003")
    ),
)

# The lab's sound files: samples of 8 kHz, as the playback_samples of the traces tell.
SOUND_FILES = {"welcome.wav": 22038}
NOT_AUDIO = "notaudio.wav"


def _talk_for_a_second(person) -> None:
    person.say(parse_tone("tone", "%(1000,0,440)"))


def _is_a_fax_machine(person) -> None:
    person.fax = Fax(blank_page(), pages=1)


UNWRITTEN = {
    "fax_received": ((0.01, _is_a_fax_machine),),
    # The lab's caller said its tone and then hung up by itself, before the silence had been long.
    "message_ended_by_silence": (
        (0.1, _talk_for_a_second),
        (2.585, lambda person: person.hang_up()),
    ),
}
