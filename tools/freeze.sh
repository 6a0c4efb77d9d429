#!/bin/sh
# Writes constraints.txt anew from what is installed in .venv: the versions that were tried together.
set -eu
cd "$(dirname "$0")/.."
{
    echo "# The versions that were tried together; pip install --constraint constraints.txt. Made by tools/freeze.sh."
    .venv/bin/python -m pip freeze --exclude-editable
} >constraints.txt
