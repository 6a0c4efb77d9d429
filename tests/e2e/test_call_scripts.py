"""The calls of scripts, placed as real calls: through the server, both sockets and the stand-in.

What was heard in the engine is heard on the line, word for word, and the run goes the same way.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from switchboard.bundled import bundled
from tests.flows.places import SAMPLES


def placed(folder: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "switchboard", "flows", "test", str(folder)]
    return subprocess.run(
        [*command, "--through", "stand-in"],
        env={**os.environ, "TMPDIR": str(cache)},
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip


def only(script: str, title: str) -> str:
    """A script with one of its calls alone."""
    head, *calls = re.split(r"(?m)^(?=  - call: )", script)
    (one,) = (call for call in calls if title in call)
    return head + one


def test_the_calls_of_the_flow_that_ships_go_on_a_line_as_in_the_engine(tmp_path: Path):
    done = placed(bundled("ivr_flows"), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "13 calls: 12 passed, 1 not played;" in done.stdout
    assert "not played: the recorder does not work: it is given down" in done.stdout


def test_secrets_rows_and_a_second_call_are_the_products_own(tmp_path: Path):
    flows = tmp_path / "flows"
    for place in ("gas_company", "house"):
        for file in (SAMPLES / place).glob("*.yaml"):
            (flows / place).mkdir(parents=True, exist_ok=True)
            text = file.read_text(encoding="utf-8")
            if file.name == "gas_company.test.yaml":
                text = only(text, "three wrong passwords lock the account")
            elif file.name.endswith(".test.yaml"):
                continue
            (flows / place / file.name).write_text(text, encoding="utf-8")
    done = placed(flows, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("1 call: 1 passed;")
