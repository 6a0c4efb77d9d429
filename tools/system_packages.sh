#!/bin/sh
# Installs the system packages that tests use where we may (root on Debian or Ubuntu); elsewhere
# says what to install. The product itself needs none of them.
set -eu

PACKAGES="python3-venv espeak-ng sip-tester chromium fonts-noto-cjk"

missing=""
for package in $PACKAGES; do
    if command -v dpkg-query >/dev/null 2>&1 &&
        [ "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" = "install ok installed" ]; then
        continue
    fi
    missing="$missing $package"
done

if [ -z "$missing" ]; then
    exit 0
fi
ask="some tests need them; on Debian or Ubuntu: sudo apt install$missing"
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "not installed:$missing ($ask)"
    exit 0
fi

echo "installing$missing"
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND
# Without a network the product can be set up all the same.
# shellcheck disable=SC2086 -- a list of words
if ! { apt-get update -q && apt-get install -q -y --no-install-recommends $missing; } >/dev/null; then
    echo "could not be installed:$missing ($ask)"
fi
