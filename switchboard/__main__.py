"""The door: monkey-patches first, then runs the command that was asked for.

Nothing else in the house patches.
"""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402 - nothing may be imported before the patch

from switchboard.cli import main  # noqa: E402
from switchboard.runtime.logs import LogForm, configure_logs  # noqa: E402

# What a command prints is for programs too: what it logs goes beside. A server says more.
configure_logs("warning", LogForm.CONSOLE, sys.stderr)

__all__ = ["main"]

if __name__ == "__main__":
    main()
