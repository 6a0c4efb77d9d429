"""Callers on SIP, played by sipp: they dial, wait, press keys (RFC 2833), speak, and hang up.

A caller is written as steps; the scenario that sipp reads is made of them. Keys and speech are real
RTP; the speech is a recording that Debian's ``sip-tester`` ships. Between them no RTP is sent.
"""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape, quoteattr

HERE = Path(__file__).parent
CALLER = (HERE / "sipp" / "caller.xml").read_text()
STEPS = HERE / "sipp" / "steps"
RECORDINGS = Path("/usr/share/sip-tester")

SPEECH_S = 7.05
"""How long the speech lasts that :func:`speak` sends."""


class SippMissingError(RuntimeError):
    """sipp or its recordings are not on this machine."""


def be_answered() -> str:
    """Wait for the answer; the call has failed when there is none."""
    return (STEPS / "be_answered.xml").read_text()


def be_refused(status: int) -> str:
    """Expect to be refused with this SIP status, before any answer."""
    return Template((STEPS / "be_refused.xml").read_text()).safe_substitute(status=status)


def give_up(after_ms: int) -> str:
    """Hang up so long after dialling, without having been answered."""
    return Template((STEPS / "give_up.xml").read_text()).safe_substitute(after=after_ms)


def wait(milliseconds: int) -> str:
    """Say nothing for so long."""
    return f'  <pause milliseconds="{milliseconds}"/>\n'


def press(keys: str) -> str:
    """Press keys one after another, the first after about 0.8 s, then one in 0.4 s.

    The steps after it run meanwhile.
    """
    return f"  <nop><action><exec play_dtmf={quoteattr(keys)}/></action></nop>\n"


def speak() -> str:
    """Begin to speak for :data:`SPEECH_S` seconds; the steps after it run meanwhile."""
    return _sound(RECORDINGS / "g711a.pcap")


def hang_up() -> str:
    """End the call."""
    return (STEPS / "hang_up.xml").read_text()


def be_hung_up(within_ms: int) -> str:
    """Wait for the other side to end the call; the call has failed when it does not."""
    return Template((STEPS / "be_hung_up.xml").read_text()).substitute(timeout=within_ms)


def _sound(recording: Path) -> str:
    return f"  <nop><action><exec play_pcap_audio={quoteattr(str(recording))}/></action></nop>\n"


def find_sipp() -> str:
    """Return sipp's path.

    Raises:
        SippMissingError: it is not installed.
    """
    sipp = shutil.which("sipp")
    if sipp is None or not RECORDINGS.is_dir():
        raise SippMissingError("callers need Debian's package sip-tester: install it")
    return sipp


@dataclass(frozen=True, slots=True)
class Outcome:
    """What sipp saw: whether every call went as its steps say, and what it complained of."""

    succeeded: bool
    complaints: str


@dataclass(frozen=True, slots=True)
class Callers:
    """Everybody who calls with the same steps.

    Attributes:
        target: ``ADDRESS:PORT`` of the SIP profile.
        number: Number dialled.
        steps: What each of them does, beginning with what they expect of the ringing.
        ani: Number shown.
        name: Display name shown.
        ptime_ms: Sound in one packet, both ways; FreeSWITCH's tick for the call is as long. The
            speech has 30 ms.
    """

    target: str
    number: str
    steps: Sequence[str]
    ani: str = "13800138000"
    name: str = "Zhang San"
    ptime_ms: int = 30

    def call(
        self,
        folder: Path,
        *,
        count: int = 1,
        per_second: int = 10,
        within_s: int = 60,
        address: str = "127.0.0.1",
    ) -> "Running":
        """Begin *count* calls, all of them at once if need be; *folder* keeps what sipp writes."""
        sipp = find_sipp()
        folder.mkdir(parents=True, exist_ok=True)
        scenario = folder / "caller.xml"
        scenario.write_text(
            Template(CALLER.replace("$steps", "".join(self.steps))).substitute(
                name=escape(self.name), ani=escape(self.ani), ptime=self.ptime_ms
            )
        )
        command = [
            sipp, self.target, "-sf", str(scenario), "-s", self.number, "-i", address,
            "-m", str(count), "-l", str(count), "-r", str(per_second), "-nostdin",
            "-timeout", f"{within_s}s", "-timeout_error", "-trace_err",
            "-error_file", str(folder / "errors.log"), "-trace_msg",
            "-message_file", str(folder / "messages.log"),
        ]  # fmt: skip
        process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        return Running(process, folder / "errors.log", within_s)


@dataclass(frozen=True, slots=True)
class Running:
    """Callers on the line."""

    process: subprocess.Popen[bytes]
    errors: Path
    within_s: int

    def wait(self) -> Outcome:
        """Wait until all have hung up."""
        try:
            status = self.process.wait(self.within_s + 10)
        finally:
            self.process.kill()
            self.process.wait()
        return Outcome(status == 0, self.errors.read_text() if self.errors.exists() else "")

    def stop(self) -> None:
        """End sipp at once; its calls are left to the switch."""
        self.process.kill()
        self.process.wait()


def register(target: str, folder: Path, *, user: str, password: str, domain: str) -> int:
    """Have a phone register; return the SIP status that answers its proof of who it is.

    Raises:
        AssertionError: it was neither welcomed (200) nor turned away (403).
    """
    folder.mkdir(parents=True, exist_ok=True)
    template = Template((HERE / "sipp" / "register.xml").read_text())
    for status in (200, 403):
        words = {"user": user, "password": password, "domain": domain, "status": status}
        scenario = folder / f"register-{status}.xml"
        scenario.write_text(template.substitute(words))
        command = [
            find_sipp(), target, "-sf", str(scenario), "-i", "127.0.0.1", "-m", "1",
            "-nostdin", "-timeout", "10s", "-timeout_error",
        ]  # fmt: skip
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=20)
        if done.returncode == 0:
            return status
    raise AssertionError(f"{user} was neither welcomed nor turned away")
