"""Logging: the ``[Logging]`` section, and what a line looks like in each form.

Code logs through ``logging.getLogger(__name__)``; `configure` decides where that goes. Every line has the
number of its job. These attributes of a record (``extra={...}``) go into JSON lines: ``daemon``, ``event`` (a
`flowhost.Event`, of which the id and subject are written) and ``data`` (a mapping, see `show`).
"""

from flowhost.logs.configuring import configure, restore
from flowhost.logs.masking import MASK, masked
from flowhost.logs.section import LoggingSection
from flowhost.logs.showing import show

__all__ = ["MASK", "LoggingSection", "configure", "masked", "restore", "show"]
