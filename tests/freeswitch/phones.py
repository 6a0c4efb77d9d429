"""Phones on SIP, played by sipp: they register, ring, answer, are busy, reject, transfer, hang up.

A phone registers from one port and is called at the same; what it does when it is called is written
as steps, of which the scenario that sipp reads is made. A phone that is put on hold agrees.
"""

import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from xml.sax.saxutils import quoteattr

from tests.freeswitch.callers import HERE, RECORDINGS, Running, find_sipp
from tests.freeswitch.running import wait_until

PHONE = (HERE / "sipp" / "phone.xml").read_text()
REGISTER = (HERE / "sipp" / "register.xml").read_text()
CALLS = (HERE / "sipp" / "phone_calls.xml").read_text()
STEPS = HERE / "sipp" / "phone_steps"


def ring(milliseconds: int) -> str:
    """Ring for so long, then go on."""
    return f'{_step("ring")}\n  <pause milliseconds="{milliseconds}"/>\n'


def answer() -> str:
    """Answer; the steps after it are done while talking."""
    return _step("answer")


def refuse(status: int, reason: str) -> str:
    """Refuse with this SIP status."""
    return Template(_step("refuse")).safe_substitute(status=status, reason=reason)


def be_cancelled() -> str:
    """Ring until the caller gives up."""
    return _step("be_cancelled")


def stay(within_ms: int = 40_000) -> str:
    """Talk, on hold or not, until the other side hangs up."""
    return Template(_step("stay")).safe_substitute(timeout=within_ms)


def press(key: str) -> str:
    """Press one key (RFC 2833)."""
    recording = RECORDINGS / f"dtmf_2833_{key}.pcap"
    return f"  <nop><action><exec play_pcap_audio={quoteattr(str(recording))}/></action></nop>\n"


def hang_up() -> str:
    """End the call."""
    return _step("hang_up")


def transfer_to(number: str) -> str:
    """Transfer the other side by oneself (REFER), and hang up."""
    return Template(_step("transfer")).safe_substitute(number=number)


def _step(name: str) -> str:
    return (STEPS / f"{name}.xml").read_text()


@dataclass
class RealPhone:
    """One phone.

    Attributes:
        target: ``ADDRESS:PORT`` of the SIP profile.
        domain: The phones' domain.
        extension: Its extension.
        password: The extension's password.
        port: Where it is.
        folder: Keeps what sipp writes.
    """

    target: str
    domain: str
    extension: str
    password: str
    port: int
    folder: Path
    _running: list[Running] = field(default_factory=list)

    def register(self, expires_s: int = 60) -> None:
        """Register; with 0 unregister.

        Raises:
            AssertionError: it was turned away.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        words = {
            "user": self.extension, "password": self.password, "domain": self.domain,
            "status": 200, "expires": expires_s,
        }  # fmt: skip
        text = (
            (HERE / "sipp" / "register.xml").read_text().replace("Expires: 60", "Expires: $expires")
        )
        scenario = self.folder / "register.xml"
        scenario.write_text(Template(text).substitute(words))
        done = subprocess.run(
            self._sipp(scenario, self.target, "-m", "1", "-timeout", "10s", "-timeout_error"),
            cwd=self.folder, capture_output=True, check=False, timeout=20,
        )  # fmt: skip
        assert done.returncode == 0, f"{self.extension} cannot register: {done.stderr[-500:]!r}"

    def does(self, *steps: str, calls: int = 1, within_s: int = 60) -> Running:
        """From here on it does this when it is called."""
        scenario = self.folder / f"phone-{len(self._running)}.xml"
        scenario.parent.mkdir(parents=True, exist_ok=True)
        scenario.write_text(PHONE.replace("$steps", "".join(steps)))
        errors = self.folder / f"errors-{len(self._running)}.log"
        command = self._sipp(
            scenario, self.target.partition(":")[0], "-m", str(calls), "-timeout", f"{within_s}s",
            "-timeout_error", "-trace_err", "-error_file", str(errors), "-trace_msg",
            "-message_file", str(self.folder / f"messages-{len(self._running)}.log"),
        )  # fmt: skip
        process = subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        running = Running(process, errors, within_s)
        self._running.append(running)
        wait_until(lambda: self._is_taken(process), f"{self.extension} hangs on the wall")
        return running

    def _is_taken(self, process: "subprocess.Popen[bytes]") -> bool:
        assert process.poll() is None, f"sipp ended with {process.returncode}: see {self.folder}"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError:
                return True
        return False

    def calls(self, number: str, *, as_number: str) -> Running:
        """Call, saying that one is somebody else, and stay until hung up."""
        scenario = self.folder / "calls.xml"
        words = {"user": self.extension, "password": self.password, "ani": as_number}
        scenario.write_text(Template(CALLS).safe_substitute(words))
        errors = self.folder / "errors-calls.log"
        command = self._sipp(
            scenario, self.target, "-s", number, "-m", "1", "-timeout", "60s", "-timeout_error",
            "-trace_err", "-error_file", str(errors), "-trace_msg",
            "-message_file", str(self.folder / "messages-calls.log"),
        )  # fmt: skip
        process = subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._running.append(Running(process, errors, 60))
        return self._running[-1]

    @property
    def messages(self) -> str:
        """What it heard and said so far, when it was called."""
        logs = sorted(self.folder.glob("messages-[0-9]*.log"))
        return "".join(log.read_text(errors="replace") for log in logs)

    def stop(self) -> None:
        """Take it from the wall."""
        for running in self._running:
            running.stop()

    def _sipp(self, scenario: Path, *more: str) -> list[str]:
        return [
            find_sipp(), *more, "-sf", str(scenario), "-i", "127.0.0.1", "-p", str(self.port),
            "-nostdin",
        ]  # fmt: skip
