"""Texts with tags: ``${title}`` and the like in an operator's files, filled in for one item at a time.

`Template` is an option type: a part that asks for one gets it read and checked, with its place.
"""

from flowhost.templates.failure import TemplateError, UndefinedTag
from flowhost.templates.item_tags import item_tags
from flowhost.templates.template import PathTemplate, Template

__all__ = ["PathTemplate", "Template", "TemplateError", "UndefinedTag", "item_tags"]
