#!/bin/sh
# Started by the transfer subsystem, which writes the plugin data to the standard input.
# -g logs more, for the log of the transfer; FLOWHOST and PROFILE may name another program and another profile.
exec "$${FLOWHOST:-flowhost}" run "$${PROFILE:-/opt/ardome/apps/$name/$name.ini}" -g
