#!/bin/bash
# Appends what the run knows to a file. Names of variables may hold '-', which bash cannot name; env shows them all.
log="${FLOWHOST_SCRIPT_LOG:-${TMPDIR:-/tmp}/flowhost-variables.log}"

{
    echo "--- $(date --iso-8601=seconds) item ${portal_itemId:-none}"
    env -0 | sort -z | grep -z '^portal_' | tr '\0' '\n'
} >> "$log"
