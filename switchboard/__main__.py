"""The door: monkey-patches first, then runs the command that was asked for.

Nothing else in the house patches.
"""

from gevent import monkey

monkey.patch_all()

from switchboard.cli import main  # noqa: E402 - nothing may be imported before the patch

__all__ = ["main"]

if __name__ == "__main__":
    main()
