"""Builds the wheel; everything else about the project stands in pyproject.toml.

The folders of data that the owner keeps at the top of the repository are mapped into the
package, under ``switchboard/bundled/``, so that a wheel holds all that the product needs at run
time. :func:`switchboard.bundled.bundled` finds them in a wheel and in a checkout alike.
"""

import subprocess
import sys
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

DATA_FOLDERS = ("web", "ivr_flows", "dialplans", "freeswitch_conf", "sounds")
ROOT = Path(__file__).parent


def data_packages() -> dict[str, str]:
    """Return every folder of data as {package name inside the wheel: folder here}."""
    mapped = {}
    for top in DATA_FOLDERS:
        for folder in [ROOT / top, *sorted((ROOT / top).rglob("*"))]:
            if folder.is_dir() and "node_modules" not in folder.parts:
                inside = folder.relative_to(ROOT)
                mapped["switchboard.bundled." + ".".join(inside.parts)] = str(inside)
    return mapped


class BuildWithWeb(build_py):
    """Builds what the browser gets first, where a checkout does not have it yet."""

    def run(self) -> None:
        """Bundle, then build as ever."""
        if not (ROOT / "web" / "dist").is_dir():
            subprocess.run([sys.executable, str(ROOT / "tools" / "bundle_web.py")], check=True)
            self.distribution.packages += [
                name for name in data_packages() if name not in self.distribution.packages
            ]
            self.distribution.package_dir = data_packages()
        super().run()


setup(
    cmdclass={"build_py": BuildWithWeb},
    packages=[*find_packages(include=["switchboard", "switchboard.*"]), *data_packages()],
    package_dir=data_packages(),
    package_data={"": ["*"]},
)
