"""``python -m flowhost_devserver`` is ``flowhost-devserver``."""

from flowhost_devserver.command import main

main(prog_name="flowhost-devserver")
