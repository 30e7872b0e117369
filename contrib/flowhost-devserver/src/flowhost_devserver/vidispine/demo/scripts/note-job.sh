#!/bin/bash
# Writes what the rules engine tells into a file with the job's name; doing so twice does no harm.
# By hand: portal_jobId=VX-1 ./note-job.sh
notes=$(dirname "$0")/../notes
mkdir -p "$notes"
env | grep '^portal_' | sort >"$notes/$portal_jobId.txt"
