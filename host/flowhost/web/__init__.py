"""Receiving over HTTP, for any source: a server that slow, greedy or hostile senders cannot hurt, and the right answers.

A source makes a `Listener` of its options, listens, and serves with a function from `Request` to `Answer`, which hands
each event over with `handed_over`: it says 2xx only when the event is done or safely kept. The server itself is
imported when it is first needed.
"""

from flowhost.web.exchange import Answer, Refused, Request
from flowhost.web.listener import Listener, Listening
from flowhost.web.receipts import STOPPING, handed_over, not_now

__all__ = [
    "STOPPING",
    "Answer",
    "Listener",
    "Listening",
    "Refused",
    "Request",
    "handed_over",
    "not_now",
]
