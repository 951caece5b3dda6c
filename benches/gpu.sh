#!/bin/sh
# Regulens beside its peers on a machine with an NVIDIA GPU and without a network: takes the pieces that `gpu.pack`
# made, writes each figure when it is there, and ends within 8 minutes. benches/README.md says how it is used.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}" PYTHONUNBUFFERED=1
exec "${PYTHON:-python3}" -m gpu "$@"
