"""The process may hold as many sockets as the system lets it."""

import resource
import subprocess
import sys

SCRIPT = """
import resource
from switchboard.runtime.descriptors import raise_limit
resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
raise_limit()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def test_the_soft_limit_becomes_the_hard_one():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    found = subprocess.run([sys.executable, "-c", SCRIPT], check=True, capture_output=True)
    assert int(found.stdout) == most
