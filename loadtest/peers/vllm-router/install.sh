#!/bin/sh
# Installs vLLM's router from PyPI.
name=vllm-router
version=0.1.17
. "$(dirname "$0")/../lib.sh"

python_peer
