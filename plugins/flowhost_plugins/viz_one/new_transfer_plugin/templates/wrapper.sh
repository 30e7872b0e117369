#!/bin/sh
# Started by the transfer subsystem, which writes the plugin data to the standard input.
# FLOWHOST and PROFILE may name another program and another profile.
exec "$${FLOWHOST:-flowhost}" run "$${PROFILE:-/opt/ardome/apps/$name/$name.ini}"
