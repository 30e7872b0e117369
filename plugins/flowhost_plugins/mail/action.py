"""The action ``send-email``."""

from __future__ import annotations

import html as markup
from collections import ChainMap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import flowhost
from flowhost_plugins.mail.resource import Mail

if TYPE_CHECKING:
    from email.headerregistry import Address

_TITLE, _ID = flowhost.Template("${title:-}"), flowhost.Template("${itemId:-}")


class SendEmail:
    """Sends a mail about the item. Without a text of its own it says title, id and where the item is found.

    Besides the usual tags there are ``${link}``, where a person finds the item, and ``${rule}``, the rule's name. In
    ``html`` what stands for a tag is text: nothing of it is markup.

    Each text in ``to`` is one recipient; one that is a tag and nothing else is as many as the tag has values. When
    there is nobody to send to, the step is skipped. A server that is down is tried again. The Message-ID is the same
    at every try.
    """

    name: ClassVar[str] = "send-email"

    def __init__(
        self,
        *,
        to: Annotated[tuple[flowhost.Template, ...], "addresses of the recipients, may have tags"],
        subject: Annotated[
            flowhost.Template | None, "its subject, may have tags; empty: title of the item"
        ] = None,
        text: Annotated[flowhost.Template | None, "what it says, may have tags"] = None,
        html: Annotated[flowhost.Template | None, "the same as HTML, may have tags"] = None,
        mail: Mail,
        assets: flowhost.AssetSystem | None = None,
        clock: flowhost.Clock,
    ) -> None:
        if not to:
            raise ValueError("'to' is empty, expected addresses")
        self._to, self._subject, self._text, self._html = to, subject, text, html
        self._mail = mail
        self._assets = assets
        self._clock = clock

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Send it.

        Raises:
            Permanent: an address is none, a tag has no value, or the server refuses the mail.
            Retry: the server asks for another try.
            Unavailable: the server cannot be reached.
        """
        from flowhost_plugins.mail.letter import letter

        recipients = self._recipients(context)
        if not recipients:
            return flowhost.Outcome.skipped("there is nobody to send it to")
        tags = self._tags(context)
        message = letter(
            sender=self._mail.sender,
            recipients=recipients,
            subject=self._said_subject(tags, context),
            text=self._text.render(tags) if self._text else _usual(tags, self._link(context)),
            html=self._html.render(_Escaped(tags)) if self._html else None,
            identity=f"{context.identity}@{self._mail.sender.domain}",
            written=self._clock.now(),
        )
        self._mail.send(recipients, message)
        return flowhost.Outcome.done(f"sent to {_list(recipients)}")

    def plan(self, context: flowhost.Context) -> str:
        """What would be sent, and to whom."""
        recipients = self._recipients(context)
        if not recipients:
            return ""
        subject = self._said_subject(self._tags(context), context)
        return f"send {subject!r} to {_list(recipients)}"

    def _recipients(self, context: flowhost.Context) -> list[Address]:
        from flowhost_plugins.mail.addresses import address_of

        texts = [text for one in self._to for text in one.values(context.tags) if text.strip()]
        try:
            found = [address_of(text) for text in texts]
        except ValueError as error:
            raise flowhost.Permanent(str(error)) from error
        return list({one.addr_spec: one for one in found}.values())

    def _said_subject(self, tags: Mapping[str, Any], context: flowhost.Context) -> str:
        if self._subject is not None:
            return self._subject.render(tags)
        return _TITLE.render(tags) or _ID.render(tags) or context.rule

    def _tags(self, context: flowhost.Context) -> Mapping[str, Any]:
        """Those of the item, and what only a mail has; the library is asked for the link when one is in a text."""
        given = [one for one in (self._subject, self._text, self._html) if one is not None]
        own = {"rule": context.rule}
        if any("link" in one.names for one in given):
            own["link"] = self._link(context)
        return ChainMap(own, context.tags)  # type: ignore[arg-type]  # it only writes into the first

    def _link(self, context: flowhost.Context) -> str:
        """Where a person finds the item; empty when the library cannot tell."""
        link = getattr(self._assets, "link", None)
        return str(link(context.item)) if link is not None and context.item is not None else ""


class _Escaped(Mapping[str, Any]):
    """Tags whose values are text within HTML."""

    def __init__(self, tags: Mapping[str, Any]) -> None:
        self._tags = tags

    def __getitem__(self, name: str) -> Any:
        value = self._tags[name]
        several = isinstance(value, Sequence) and not isinstance(value, str)
        if several:
            return tuple(None if one is None else markup.escape(str(one)) for one in value)
        return None if value is None else markup.escape(str(value))

    def __iter__(self) -> Any:
        return iter(self._tags)

    def __len__(self) -> int:
        return len(self._tags)


def _usual(tags: Mapping[str, Any], link: str) -> str:
    """What a mail says that was given no text."""
    lines = (_TITLE.render(tags), _ID.render(tags), link, f"\nRule: {tags['rule']}")
    return "\n".join(line for line in lines if line) + "\n"


def _list(recipients: Sequence[Address]) -> str:
    return ", ".join(one.addr_spec for one in recipients)
