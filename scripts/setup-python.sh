#!/usr/bin/env bash
# Makes the Python environments whose libraries isograd is checked against. Optional: their answers are frozen in
# parity-tests/goldens, so that tests need no Python; with the environments the answers are also checked afresh.
#
#   scripts/setup-python.sh                 both environments
#   scripts/setup-python.sh keras           NumPy, JAX, Keras on TensorFlow           (2.1 GB)
#   scripts/setup-python.sh torch           PyTorch, with the CUDA parts it insists on (5.4 GB)
#   scripts/setup-python.sh --check [NAME]  exit 0 if they stand with the pinned versions, 1 if not; changes nothing
#
# Needs python3 (3.11 or later) with venv and pip. Safe to run again: an environment that is up to date is left alone.
#
# Environment:
#   ISOGRAD_PYTHON_DIR  where the environments live  (default ${XDG_CACHE_HOME:-~/.cache}/isograd/python)
#   PYTHON              the interpreter to build on  (default python3)
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
PYTHON=${PYTHON:-python3}
MODE=setup

say() { printf 'setup-python: %s\n' "$*"; }
die() { printf 'setup-python: ERROR: %s\n' "$*" >&2; exit 1; }

[ "${1:-}" != --check ] || { MODE=check; shift; }
NAMES=("$@"); [ ${#NAMES[@]} -gt 0 ] || NAMES=(keras torch)
for name in "${NAMES[@]}"; do
  [ -f "$ROOT/packages/parity/python/requirements-$name.txt" ] || die "no environment called '$name' (there are: keras, torch)"
done

DIR=${ISOGRAD_PYTHON_DIR:-${XDG_CACHE_HOME:-${HOME:?HOME is not set; set ISOGRAD_PYTHON_DIR}/.cache}/isograd/python}

# The requirements are copied in last, so that a copy stands for an installation that ended well.
stands() { cmp -s "$ROOT/packages/parity/python/requirements-$1.txt" "$DIR/$1/isograd-requirements.txt" && [ -x "$DIR/$1/bin/python" ]; }

if [ $MODE = check ]; then
  missing=0
  for name in "${NAMES[@]}"; do
    if stands "$name"; then say "$name stands: $DIR/$name"; else say "$name is not set up (run scripts/setup-python.sh $name)"; missing=1; fi
  done
  exit $missing
fi

install() {
  local name=$1 need=$2 env=$DIR/$1 have
  command -v "$PYTHON" >/dev/null || die "$PYTHON not found (Debian: apt-get install python3 python3-venv, or set PYTHON)"
  "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "$PYTHON is $("$PYTHON" -V 2>&1), the pinned libraries need Python 3.11 or later (set PYTHON)"
  "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null || die "$PYTHON has no venv module (Debian: apt-get install python3-venv)"
  mkdir -p "$DIR" 2>/dev/null && [ -w "$DIR" ] || die "cannot write $DIR (set ISOGRAD_PYTHON_DIR)"
  have=$(df -Pm "$DIR" | awk 'NR==2{print $4}')
  [ "$have" -ge "$need" ] || die "$DIR has ${have} MB free, the $name environment needs ${need} MB (set ISOGRAD_PYTHON_DIR)"
  say "installing $name into $env"
  [ -x "$env/bin/python" ] || "$PYTHON" -m venv "$env" || die "could not make $env"
  rm -f "$env/isograd-requirements.txt"
  "$env/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir -r "$ROOT/packages/parity/python/requirements-$name.txt" ||
    die "pip could not install $name (is PyPI reachable?)"
  # TensorFlow writes a page of notices to stderr; it is shown only when something is wrong.
  "$env/bin/python" "$ROOT/packages/parity/python/worker.py" --versions 2>"$env/load.log" || { cat "$env/load.log" >&2; die "$name is installed but does not load"; }
  rm -f "$env/load.log"
  cp "$ROOT/packages/parity/python/requirements-$name.txt" "$env/isograd-requirements.txt"
}

for name in "${NAMES[@]}"; do
  if stands "$name"; then say "$name is up to date: $DIR/$name"; continue; fi
  case $name in torch) install "$name" 12000 ;; *) install "$name" 5000 ;; esac
done
