"""Rule files: YAML → rules with the places of everything, checks across rules, the JSON Schema for editors."""

from flowhost_plugins.rules.files.checking import DESTRUCTIVE_MATCHES, check_rules, with_brake
from flowhost_plugins.rules.files.json_schema import schema
from flowhost_plugins.rules.files.reading import RuleFiles, read_rule, read_rules, read_text
from flowhost_plugins.rules.files.rendering import render
from flowhost_plugins.rules.files.texts import EVENT_FACTS, FACTS

__all__ = [
    "DESTRUCTIVE_MATCHES",
    "EVENT_FACTS",
    "FACTS",
    "RuleFiles",
    "check_rules",
    "read_rule",
    "read_rules",
    "read_text",
    "render",
    "schema",
    "with_brake",
]
