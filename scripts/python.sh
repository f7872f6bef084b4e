#!/bin/sh
# Print the best Python for newsbeam: 3.12 or 3.13 (the better English model needs 3.12), else any from 3.11 on.
# A name on PATH counts only when it runs: version managers leave names that do not.
set -u
fits() { "$1" -c "import sys, venv, ensurepip; sys.exit(not ($2 <= sys.version_info[:2] < (3, 14)))" 2>/dev/null; }
for candidate in ${PYTHON:-} python3.12 python3.13 \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.12.*/bin/python "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13.*/bin/python \
    python3; do
    if fits "$candidate" "(3, 12)"; then echo "$candidate"; exit 0; fi
done
for candidate in python3 python3.11 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.11.*/bin/python; do
    if fits "$candidate" "(3, 11)"; then echo "$candidate"; exit 0; fi
done
echo "newsbeam needs Python 3.11, 3.12 or 3.13 with venv; none was found on PATH (set PYTHON=/path/to/python)" >&2
exit 2
