"""The source `portal-processes`: buttons, as those of Rules Engine 3, start rules."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar

import flowhost
from flowhost.web import STOPPING, Answer, Listener, Refused, Request, handed_over, not_now
from flowhost_plugins.portal.errors import NotSignedIn, PortalRefused
from flowhost_plugins.portal.presses import Press, check_origin, press_of
from flowhost_plugins.portal.resource import Portal

PATH = "/rulesengine3/start_process"
"""Where Portal's buttons send to; the proxy before Portal leads this here."""

LOGIN = ("cookie", "authorization", "auth-token")
"""Headers by which Portal knows a user."""

log = logging.getLogger(__name__)


class PortalProcesses:
    """Starts the rules that buttons ask for: ``POST /rulesengine3/start_process/``, as Rules Engine 3 had it.

    ``process_id`` is ``process_`` and the rule's name (or the id that ``processes`` gives it), ``selected_objects``
    the ids of items. The rule needs the trigger ``manual``. Answered 200 when runs are safely kept, 409 when the rule
    is at work on all the items already, 400 when there is no such rule, 503 when the library or Portal is away.

    With the resource `portal` only its users may press, and their names are kept with the runs; without it everybody
    who reaches the port may.

    Event: type ``rule.start``, one for each item, data a mapping with ``rule``, ``itemId`` and ``user``. The header
    ``unavailable`` is ``tell``, so the worker ``rules`` returns what it cannot reach, and nothing becomes a dead letter.
    """

    name: ClassVar[str] = "portal-processes"

    def __init__(
        self,
        *,
        port: Annotated[int, "TCP port to listen on; 0 takes any free one and logs it"],
        address: Annotated[str, "address to listen on; 0.0.0.0 for every network interface"] = "127.0.0.1",
        processes: Annotated[
            tuple[str, ...], "ids that buttons send, and the rules they mean: ID=RULE, ID=RULE"
        ] = (),
        threads: Annotated[int, "requests worked on at once"] = 4,
        wait: Annotated[flowhost.Seconds, "how long a request waits for the event of an item"] = 30,
        certificate: Annotated[Path | None, "PEM file with the certificate chain; turns HTTPS on"] = None,
        key: Annotated[Path | None, "PEM file with the private key, when it is in a file of its own"] = None,
        portal: Portal | None = None,
        info: flowhost.DaemonInfo,
    ) -> None:
        self.url = ""
        self._rules = dict(_pair(one) for one in processes)
        self._wait = wait
        self._portal = portal
        self._listener = Listener(
            address=address,
            port=port,
            threads=threads,
            max_body=1024**2,
            wait=wait,
            receive_timeout=30,
            certificate=certificate,
            key=key,
            directory=info.directory,
        )

    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        """Serve until `stop` is set; `url` says where, once it listens.

        Raises:
            Unavailable: the address is taken or not allowed, or the certificate cannot be used.
        """
        listening = self._listener.listen()
        url = f"{listening.url}{PATH}/"
        log.info("buttons are taken at %s", url)
        if self._portal is None and not listening.only_here:
            log.warning(
                "everybody who reaches %s can start rules; add [Portal], so that only its users can", PATH
            )
        self.url = url
        try:
            listening.serve(lambda request: self._answer(request, emit, stop), stop)
        finally:
            self.url = ""

    def probe(self) -> None:
        """Listen for a moment.

        Raises:
            Unavailable: see `run`.
        """
        self._listener.probe()

    def _answer(self, request: Request, emit: flowhost.Emit, stop: threading.Event) -> Answer:
        try:
            press = self._admitted(request)
            user = self._user(request.headers)
        except Refused as refused:
            log.info("%s %r refused: %s", request.method, request.path, refused)
            return refused.answer
        if stop.is_set():
            return not_now(STOPPING)
        rule = self._rules.get(press.process, press.process)
        answers: list[Answer] = []
        for item in press.items:
            answers.append(handed_over(self._event(rule, item, user), emit, self._wait))
            if answers[-1].status.startswith("5"):  # nor would the others be taken; each would wait as long
                break
        return _all_of(answers, press, rule)

    def _event(self, rule: str, item: str, user: str) -> flowhost.Event:
        data = {"rule": rule, "itemId": item, "user": user}
        headers = {flowhost.ASK_AGAIN_HEADER: "yes"}  # whoever pressed does not expect it to be done later
        return flowhost.Event("rule.start", data, source=self.url, subject=item, key=item, headers=headers)

    def _admitted(self, request: Request) -> Press:
        if request.path.rstrip("/") != PATH:
            raise Refused("404 Not Found", f"nothing is taken at {request.path}, only at {PATH}/")
        if request.method != "POST":
            raise Refused(
                "405 Method Not Allowed",
                f"{request.method} is not known here, expected POST",
                ("Allow", "POST"),
            )
        check_origin(request.headers)
        return press_of(request)

    def _user(self, headers: Mapping[str, str]) -> str:
        """Who pressed.

        Raises:
            Refused: Portal does not know them.
        """
        if self._portal is None:
            return ""
        login = {name: headers[name] for name in LOGIN if name in headers}
        if not login:
            raise Refused("401 Unauthorized", "only users of Portal may start rules; sign in there")
        try:
            return self._portal.user(login)
        except (PortalRefused, NotSignedIn) as error:
            raise Refused("401 Unauthorized", f"Portal does not know who this is: {error}") from error
        except flowhost.Unavailable as error:
            reason = f"Portal cannot be asked who this is: {error}"
            raise Refused("503 Service Unavailable", reason, ("Retry-After", "10")) from error


def _pair(text: str) -> tuple[str, str]:
    process, equals, rule = text.partition("=")
    if not (equals and process.strip() and rule.strip()):
        raise ValueError(f"'processes' has {text!r}, expected ID=RULE")
    return process.strip().removeprefix("process_"), rule.strip()


def _all_of(answers: list[Answer], press: Press, rule: str) -> Answer:
    """One answer for all items: the worst news first."""
    for answer in answers:
        if answer.status.startswith("5"):
            return answer
    if parked := [one for one in answers if one.content.get("outcome") == "parked"]:
        letter = parked[0].content.get("letter")
        reason = f"{rule!r} could not be started for {len(parked)} of {len(press.items)} items"
        return Answer(
            "400 Bad Request", {"error": f"{reason}; dead letter {letter} says why", "letter": letter}
        )
    queued = sum(1 for one in answers if one.content.get("value"))
    content: dict[str, Any] = {"message": f"{queued} item{'' if queued == 1 else 's'} queued"}
    if not queued:
        return Answer(
            "409 Conflict",
            {"error": f"{rule!r} is at work on {'them' if len(answers) > 1 else 'it'} already"},
        )
    return Answer("200 OK", content | {"queued": queued, "busy": len(answers) - queued})
