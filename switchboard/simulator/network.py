"""What the telephone network writes on a channel: the variables that come from SIP and RTP.

The stand-in speaks no SIP; it writes what the real switch writes when it does, so that events and
CDRs have their usual content.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from switchboard.core.causes import Q850, HangupCause
from switchboard.simulator.channels import Channel
from switchboard.simulator.moments import microseconds
from switchboard.simulator.ticks import TICK_MS
from switchboard.simulator.variables import Variables

HOST = "127.0.0.1"
OUR_PORT = "5060"
THEIR_PORT = "5080"
ALLOWED = "INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, INFO, UPDATE, REGISTER, REFER, NOTIFY"
BYTES_PER_PACKET = 172  # 20 ms of PCMU with its RTP head


@dataclass(frozen=True)
class Invite:
    """A call as it arrives.

    Attributes:
        number: Calling number.
        name: Display name as sent: percent signs in it are decoded, as the SIP stack does.
        dialled: The number dialled.
        host: Where it comes from, as the calling address says: with a port if it names one.
        headers: Further variables, such as ``sip_h_X-…``.
    """

    number: str
    name: str
    dialled: str
    host: str = HOST
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def shown_name(self) -> str:
        """The display name as the switch keeps it; it breaks what would be a variable."""
        return unquote(self.name).replace("${", "%{")


def write_invite(channel: Channel, invite: Invite) -> None:
    """Write what an arriving call brings along."""
    created = microseconds(channel.profile.times.created)
    for name, value in (
        *_identity(channel),
        *_request(invite, created),
        *_offer(),
        *invite.headers,
        ("endpoint_disposition", "RECEIVED"),
    ):
        channel.variables.set(name, value)


def write_answer(channel: Channel) -> None:
    """Write what the answer settles: where sound flows."""
    for name, value in (
        ("rtp_local_sdp_str", sdp("16384")),
        ("local_media_ip", HOST),
        ("local_media_port", "16384"),
        ("advertised_media_ip", HOST),
        ("rtp_use_timer_name", "soft"),
        ("rtp_use_pt", "0"),
        ("rtp_use_ssrc", str(1_000_000_000 + channel.number)),
        ("rtp_2833_send_payload", "101"),
        ("rtp_2833_recv_payload", "101"),
        ("remote_media_ip", HOST),
        ("remote_media_port", "41812"),
    ):
        channel.variables.set(name, value)


def write_dialled(channel: Channel, host: str, variables: Mapping[str, str]) -> None:
    """Write what a leg that we dial has from the start.

    Args:
        channel: The leg.
        host: Host and port of the phone.
        variables: What was given in braces.
    """
    number = channel.profile.destination
    for name, value in (
        *_identity(channel),
        ("sip_destination_url", f"sip:{number}@{host}"),
        *variables.items(),
        ("sip_req_uri", f"{number}@{host}"),
        ("sip_to_host", host),
        ("sip_to_user", number),
        ("sofia_profile_name", "internal"),
        ("max_forwards", "70"),
    ):
        channel.variables.set(name, value)


# The cause that the switch takes from a phone's SIP status.
CAUSES = {
    404: "UNALLOCATED_NUMBER",
    480: "NO_USER_RESPONSE",
    486: "USER_BUSY",
    503: "NORMAL_TEMPORARY_FAILURE",
    603: "CALL_REJECTED",
}


def write_refusal(channel: Channel, status: int) -> str:
    """Write that the phone we dialled has refused; returns the hangup cause."""
    cause = CAUSES[status]
    channel.variables.set("sip_hangup_disposition", "recv_refuse")
    channel.variables.set("sip_invite_failure_status", str(status))
    _write_term(channel.variables, str(status), str(Q850[HangupCause(cause)]))
    return cause


def write_far_end_gone(channel: Channel) -> str:
    """Write that the other side has hung up or given up; returns the hangup cause."""
    variables = channel.variables
    if not channel.answered:
        variables.set("sip_hangup_disposition", "recv_cancel")
        variables.set("sip_invite_failure_status", "487")
        _write_term(variables, "487", "487")
        return "ORIGINATOR_CANCEL"
    _write_term(variables, "200", "16")
    return "NORMAL_CLEARING"


def write_far_end_bye(channel: Channel) -> None:
    """Write, once the hang-up has been told, that it was the other side's."""
    if channel.answered:
        channel.variables.set("sip_hangup_disposition", "recv_bye")


def write_ending(channel: Channel) -> None:
    """Write who ended the call, and for an answered one how much sound flowed."""
    variables = channel.variables
    if not variables.get("sip_hangup_disposition"):
        variables.set("sip_hangup_disposition", _our_disposition(channel))
        if not channel.answered and channel.profile.direction == "outbound":
            variables.set("sip_invite_failure_status", "487")
    if channel.answered:
        for name, value in statistics(channel).items():
            variables.set(f"rtp_audio_{name}", value)


def _our_disposition(channel: Channel) -> str:
    if channel.answered:
        return "send_bye"
    return "send_refuse" if channel.profile.direction == "inbound" else "send_cancel"


def statistics(channel: Channel) -> dict[str, str]:
    """Return the counts of an answered channel's sound, as both CDR and variables tell them."""
    packets = int(channel.variables.get("billmsec") or 0) // TICK_MS
    octets = str(packets * BYTES_PER_PACKET)
    received = {
        "raw_bytes": octets,
        "media_bytes": octets,
        "packet_count": str(packets),
        "media_packet_count": str(packets),
        "skip_packet_count": "0",
        "jitter_packet_count": "0",
        "dtmf_packet_count": "0",
        "cng_packet_count": "0",
        "flush_packet_count": "0",
        "largest_jb_size": "0",
        "jitter_min_variance": "0.00",
        "jitter_max_variance": "0.00",
        "jitter_loss_rate": "0.00",
        "jitter_burst_rate": "0.00",
        "mean_interval": "20.00",
        "flaw_total": "0",
        "quality_percentage": "100.00",
        "mos": "4.50",
    }
    sent = {name: received[name] for name in SENT_COUNTS}
    return {
        **{f"in_{name}": value for name, value in received.items()},
        **{f"out_{name}": value for name, value in sent.items()},
        "rtcp_packet_count": "0",
        "rtcp_octet_count": "0",
    }


SENT_COUNTS = (
    "raw_bytes",
    "media_bytes",
    "packet_count",
    "media_packet_count",
    "skip_packet_count",
    "dtmf_packet_count",
    "cng_packet_count",
)


def sdp(port: str) -> str:
    """Return a session description with one audio stream."""
    lines = (
        "v=0",
        f"o=FreeSWITCH 1 1 IN IP4 {HOST}",
        "s=FreeSWITCH",
        f"c=IN IP4 {HOST}",
        "t=0 0",
        f"m=audio {port} RTP/AVP 0 101 13",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-15",
        "a=rtpmap:13 CN/8000",
        "a=ptime:20",
    )
    return "\r\n".join(lines) + "\r\n"


def _write_term(variables: Variables, status: str, cause: str) -> None:
    variables.set("sip_term_status", status)
    variables.set("proto_specific_hangup_cause", f"sip:{status}")
    variables.set("sip_term_cause", cause)


def _identity(channel: Channel) -> tuple[tuple[str, str], ...]:
    return (
        ("direction", channel.profile.direction),
        ("uuid", channel.leg_id),
        ("session_id", str(channel.number)),
        ("channel_name", channel.profile.channel_name),
        ("video_media_flow", "disabled"),
        ("text_media_flow", "disabled"),
    )


def _request(invite: Invite, created: str) -> tuple[tuple[str, str], ...]:
    caller = f'"{invite.shown_name}" <sip:{invite.number}@{invite.host}>'
    return (
        ("sip_from_user", invite.number),
        ("sip_from_uri", f"{invite.number}@{invite.host}"),
        ("sip_from_host", HOST),
        ("sip_call_id", str(uuid.uuid4())),
        ("sip_local_network_addr", HOST),
        ("sip_network_ip", HOST),
        ("sip_network_port", THEIR_PORT),
        ("sip_invite_stamp", created),
        ("sip_received_ip", HOST),
        ("sip_received_port", THEIR_PORT),
        ("sip_via_protocol", "udp"),
        ("sip_from_user_stripped", invite.number),
        ("sofia_profile_name", "internal"),
        ("sofia_profile_url", f"sip:mod_sofia@{HOST}:{OUR_PORT}"),
        ("recovery_profile_name", "internal"),
        ("sip_from_display", invite.shown_name),
        ("sip_full_from", f"{caller};tag={uuid.uuid4().hex[:13]}"),
        ("sip_full_to", f"<sip:{invite.dialled}@{HOST}:{OUR_PORT}>"),
        ("sip_allow", ALLOWED),
        ("sip_req_user", invite.dialled),
        ("sip_req_port", OUR_PORT),
        ("sip_req_uri", f"{invite.dialled}@{HOST}:{OUR_PORT}"),
        ("sip_req_host", HOST),
        ("sip_to_user", invite.dialled),
        ("sip_to_port", OUR_PORT),
        ("sip_to_uri", f"{invite.dialled}@{HOST}:{OUR_PORT}"),
        ("sip_to_host", HOST),
        ("sip_contact_user", invite.number),
        ("sip_contact_host", HOST),
        ("sip_user_agent", "switchboard-simulator"),
        ("sip_via_host", HOST),
        ("sip_via_port", THEIR_PORT),
        ("max_forwards", "70"),
    )


def _offer() -> tuple[tuple[str, str], ...]:
    return (
        ("switch_r_sdp", sdp("41812")),
        ("ep_codec_string", "CORE_PCM_MODULE.PCMU@8000h@20i@64000b"),
        ("remote_audio_media_flow", "sendrecv"),
        ("audio_media_flow", "sendrecv"),
        ("rtp_use_codec_name", "PCMU"),
        ("rtp_use_codec_rate", "8000"),
        ("rtp_use_codec_ptime", "20"),
        ("read_codec", "PCMU"),
        ("read_rate", "8000"),
        ("write_codec", "PCMU"),
        ("write_rate", "8000"),
        ("dtmf_type", "rfc2833"),
    )
