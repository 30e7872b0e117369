"""A rule as a diagram: BPMN 2.0 with diagram interchange for modellers, and lines of text for a terminal.

What flowhost runs is the rule; the diagram shows it and is not read back.
"""

from flowhost_plugins.rules.bpmn.document import bpmn
from flowhost_plugins.rules.bpmn.terminal import diagram

__all__ = ["bpmn", "diagram"]
