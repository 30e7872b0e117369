#!/bin/sh
# Started by the transfer subsystem, which writes the plugin data to the standard input.

# Where flowhost is. The subsystem has a PATH of its own: write the whole path, such as /opt/flowhost/bin/flowhost.
FLOWHOST="$${FLOWHOST:-flowhost}"
PROFILE="$${PROFILE:-/opt/ardome/apps/$name/$name.ini}"

# -g logs more, for the log of the transfer
exec "$$FLOWHOST" run "$$PROFILE" -g
