"""Transfers: requests, and the steps they consist of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from flowhost_plugins.viz_one.documents import choices, trees
from flowhost_plugins.viz_one.documents.entry import Entry
from flowhost_plugins.viz_one.documents.feed import Feed
from flowhost_plugins.viz_one.documents.field_texts import decimal_text
from flowhost_plugins.viz_one.documents.namespaces import local

if TYPE_CHECKING:
    from lxml.etree import _Element


class Progress:
    """How far a transfer is. Both numbers can be set; that changes the document.

    Args:
        owner: element of the step or request.
    """

    def __init__(self, owner: _Element) -> None:
        self._owner = owner

    @property
    def done(self) -> float:
        """How much is done, of `total`."""
        return self._number(choices.TRANSFER_DONE, 0)

    @done.setter
    def done(self, value: float) -> None:
        self._put(choices.TRANSFER_DONE, value)

    @property
    def total(self) -> float:
        """What is counted up to."""
        return self._number(choices.TRANSFER_TOTAL, choices.PROGRESS_TOTAL)

    @total.setter
    def total(self, value: float) -> None:
        self._put(choices.TRANSFER_TOTAL, value)

    def __repr__(self) -> str:
        return f"<Progress {self.done} of {self.total}>"

    def _number(self, tag: str, default: float) -> float:
        element = any_child(self._owner, choices.TRANSFER_PROGRESS)
        if element is None:
            return default
        text = any_text(element, tag) or (element.get(local(tag)) or "").strip()
        try:
            number = float(text)
        except ValueError:
            return default  # servers were seen to leave it out or empty
        if not math.isfinite(number):
            return default
        return int(number) if number.is_integer() else number

    def _put(self, tag: str, value: float) -> None:
        element = any_child(self._owner, choices.TRANSFER_PROGRESS)
        if element is None:
            element = trees.add(self._owner, choices.TRANSFER_PROGRESS)
        if element.get(local(tag)) is not None:
            trees.put_attribute(element, local(tag), decimal_text(value))
        else:
            put_any_text(element, tag, decimal_text(value))


class Transfer(Entry):
    """What requests and steps have in common."""

    @property
    def progress(self) -> Progress:
        """How far it is; ``progress.done`` and ``progress.total`` can be set."""
        return Progress(self._element)

    @property
    def state(self) -> str:
        """``active``, ``error`` ...; empty when it does not tell."""
        outer = any_child(self._element, choices.TRANSFER_STATE)
        if outer is None:
            return ""
        return any_text(outer, choices.TRANSFER_STATE) or trees.text_of(outer).strip()

    @state.setter
    def state(self, value: str) -> None:
        outer = any_child(self._element, choices.TRANSFER_STATE)
        if outer is None:
            outer = trees.add(self._element, choices.TRANSFER_STATE)
        if any_child(outer, choices.TRANSFER_STATE) is None and trees.text_of(outer).strip():
            trees.put_text(outer, value)  # a server that writes the state without a second element around it
        else:
            put_any_text(outer, choices.TRANSFER_STATE, value)

    @property
    def error(self) -> str:
        """What went wrong; empty when nothing did."""
        return any_text(self._element, choices.TRANSFER_ERROR)

    @error.setter
    def error(self, message: str) -> None:
        put_any_text(self._element, choices.TRANSFER_ERROR, message)


class TransferStep(Transfer):
    """A step of a transfer; a transfer plugin reports its progress with it."""


class TransferRequest(Transfer):
    """A transfer that somebody asked for."""

    @property
    def priority(self) -> str:
        """``low``, ``medium`` or ``high``; empty when it does not tell."""
        return any_text(self._element, choices.TRANSFER_PRIORITY)

    @priority.setter
    def priority(self, value: str) -> None:
        put_any_text(self._element, choices.TRANSFER_PRIORITY, value)

    @property
    def steps(self) -> list[TransferStep]:
        """The steps, as far as they are within the request."""
        names = ("{*}step", "{*}transferstep", "{*}transferStep")
        return [TransferStep.of(entry_within(element)) for element in self._element.iterdescendants(*names)]


class TransferRequestCollection(Feed[TransferRequest]):
    """A feed of transfer requests."""

    entry_class = TransferRequest


def entry_within(element: _Element) -> _Element:
    """The Atom entry within an element that wraps one; the element itself when it wraps none."""
    found = trees.child(element, Entry.root)
    return element if found is None else found


def any_child(element: _Element, tag: str) -> _Element | None:
    """The first child with this local name, in any namespace."""
    return trees.child(element, f"{{*}}{local(tag)}")


def any_text(element: _Element, tag: str) -> str:
    """The text of the first child with this local name; empty when there is none."""
    return trees.child_text(element, f"{{*}}{local(tag)}")


def put_any_text(element: _Element, tag: str, text: str) -> None:
    """Let the first child with this local name have this text; one with this full name is added when there is none."""
    found = any_child(element, tag)
    trees.put_child_text(element, tag if found is None else found.tag, text)
