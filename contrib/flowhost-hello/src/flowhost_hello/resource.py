"""A resource: something opened once and shared by everybody who needs it."""

from __future__ import annotations

from typing import Annotated, ClassVar

import flowhost


class Phrases(flowhost.Resource):
    """The words of a greeting, in one place.

    A resource that does the job of one of flowhost's roles inherits from that, e.g. ``flowhost.Store``; this
    one is its own role: a part gets it by asking for a ``Phrases``.
    """

    name: ClassVar[str] = "phrases"
    section: ClassVar[str] = "Phrases"  # title of its section in a profile
    default: ClassVar[bool] = True  # made without any config when somebody needs it

    def __init__(
        self,
        *,
        casual: Annotated[str, "greeting among friends; {name} is who is greeted"] = "hello {name}",
        formal: Annotated[str, "greeting among strangers"] = "good day, {name}",
    ) -> None:
        for option, text in (("casual", casual), ("formal", formal)):
            if "{name}" not in text:
                raise ValueError(f"'{option}' is {text!r}, expected a text with {{name}} in it")
        self._casual = casual
        self._formal = formal
        self._opened = False

    def open(self) -> None:
        """Connect, read, start; here there is nothing but a flag.

        One that cannot be opened raises `flowhost.Unavailable` with a sentence that says what was tried.
        """
        self._opened = True

    def close(self) -> None:
        """Give everything back; called once, after the last use."""
        self._opened = False

    def greeting(self, who: str, *, formal: bool) -> str:
        """The greeting for somebody."""
        if not self._opened:
            raise flowhost.Unavailable("the phrases are not open")
        return (self._formal if formal else self._casual).replace("{name}", who)
