"""Which deletion locks there are, and which of them a list asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from flowhost_devserver.vidispine.access.rights import readable, require
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.deletion_locks.documents import NEVER, lock_pairs, moment_of
from flowhost_devserver.vidispine.items.every import every_item
from flowhost_devserver.vidispine.metadata.subjects import id_of
from flowhost_devserver.vidispine.refusals import Refusal, invalid_input, not_found
from flowhost_plugins.catalogue import DeletionLock

MISSING = "deletion-lock"


def item_for(call: Call, item_id: str, wanted: str) -> str:
    """The id of an item, for who may do this with it.

    Raises:
        Refusal: there is none, or the user may not.
    """
    item = id_of(call.site, "item", item_id)
    require(call, wanted, "item", item)
    return item


def locks_of(call: Call, item: str) -> list[DeletionLock]:
    """The locks of an item, those that are over included."""
    return call.site.catalogue.deletion_locks(item)


def all_locks(call: Call) -> Iterator[DeletionLock]:
    """The locks of all items that the user may read."""
    may = readable(call)
    for item in every_item(call.site):
        if may is None or may("item", item.id):
            yield from call.site.catalogue.deletion_locks(item.id)


def lock_of(call: Call, wanted: str, lock_id: str, item_id: str | None = None) -> DeletionLock:
    """The lock, for who may do this with its item.

    Args:
        call: the request.
        wanted: the permission.
        lock_id: its id; empty: the only one of the item.
        item_id: of this item; None: of any.

    Raises:
        Refusal: there is none, or the user may not.
    """
    if item_id is None:
        found = _with_id(all_locks(call), lock_id)
        require(call, wanted, "item", found.item)
        return found
    item = item_for(call, item_id, wanted)
    locks = locks_of(call, item)
    if lock_id:
        return _with_id(locks, lock_id)
    if len(locks) != 1:
        raise _ambiguous(len(locks), item)
    return locks[0]


def _with_id(locks: Iterable[DeletionLock], lock_id: str) -> DeletionLock:
    for one in locks:
        if one.id == lock_id:
            return one
    raise not_found(MISSING, lock_id)


def _ambiguous(number: int, item: str) -> Refusal:
    if not number:
        return not_found(MISSING, item)
    return invalid_input(MISSING, id_=item, explanation=f"there are {number} locks, expected the id of one")


def effective(call: Call, locks: Iterable[DeletionLock]) -> set[str]:
    """The ids of the locks that count: of those of an item that hold, the one that does so longest."""
    now, counting = call.site.clock.now(), dict[str, DeletionLock]()
    for one in locks:
        best = counting.get(one.item)
        if one.is_effective(now) and (best is None or _end(best) < _end(one)):
            counting[one.item] = one
    return {one.id for one in counting.values()}


def _end(lock: DeletionLock) -> datetime:
    return lock.expires or NEVER


def asked_for(call: Call, locks: Sequence[DeletionLock]) -> list[DeletionLock]:
    """Those of the locks that the parameters of a list ask for.

    Raises:
        Refusal: a parameter makes no sense.
    """
    users, kinds = call.words("username"), [one.lower() for one in call.words("entityTypes")]
    pairs = [text.partition("=")[::2] for text in call.texts("metadata")]
    counting = effective(call, locks) if call.flag("onlyEffective") else None
    low, high, above, below = _range(call.text("range"))
    return [
        one
        for one in locks
        if (counting is None or one.id in counting)
        and (not users or one.user in users)
        and (not kinds or "item" in kinds)
        and all(lock_pairs(call.site, one).get(key) == value for key, value in pairs)
        and (low is None or (_end(one) > low if above else _end(one) >= low))
        and (high is None or (_end(one) < high if below else _end(one) <= high))
    ]


def _range(text: str) -> tuple[datetime | None, datetime | None, bool, bool]:
    """The bounds of ``[d..d]``, of which ``*`` is none, and whether each is excluded: that is a ``(`` or ``)``."""
    if not text:
        return None, None, False, False
    low, dots, high = text[1:-1].partition("..")
    if not dots or text[0] not in "[(" or text[-1] not in "])":
        raise invalid_input("range", explanation="expected a range such as [2020-01-01..*)", value=text)
    first, last = (None if one.strip() == "*" else moment_of("range", one.strip()) for one in (low, high))
    return first, last, text[0] == "(", text[-1] == ")"
