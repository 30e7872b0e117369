"""What clients of HTTP servers share: connections, other tries, reading whole answers, remembering; on requests.

`Sender` sends; the rest is what it stands on, and what goes with it.
"""

from flowhost.http_client.addresses import shown, without_logins
from flowhost.http_client.answers import asked, beginning, is_page, said
from flowhost.http_client.counting import Counts
from flowhost.http_client.remembering import Remembered
from flowhost.http_client.repeating import wished
from flowhost.http_client.sending import Sender
from flowhost.http_client.settings import Connection
from flowhost.http_client.sharing import Shared

__all__ = [
    "Connection",
    "Counts",
    "Remembered",
    "Sender",
    "Shared",
    "asked",
    "beginning",
    "is_page",
    "said",
    "shown",
    "wished",
    "without_logins",
]
