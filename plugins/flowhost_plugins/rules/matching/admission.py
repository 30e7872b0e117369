"""Whether runs of a rule may start now: its windows, its quota, its breaker."""

from __future__ import annotations

from datetime import datetime, timedelta

from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching.results import Admission
from flowhost_plugins.rules.records import Check, Health
from flowhost_plugins.rules.rule import Rule
from flowhost_plugins.rules.timing import Windows, length


def admission(journal: Journal, rule: Rule, now: datetime) -> Admission:
    """Whether runs of a rule may start at this moment, and how many may be under way."""
    quota = rule.quota
    health = journal.health(rule.name, since=now - timedelta(seconds=quota.per) if quota else None)
    looked_at = [_window(rule, now), _quota(rule, health), _breaker(rule, health, now)]
    checks = tuple(check for check, _ in looked_at if check is not None)
    limits = [limit for _, limit in looked_at if limit is not None]
    return Admission(checks, min([rule.max_concurrency, *limits]))


def concurrency_check(journal: Journal, rule: Rule) -> Check:
    """Whether one more run of the rule may be under way."""
    running = journal.health(rule.name).running
    said = f"{running} of at most {rule.max_concurrency} runs are under way"
    return Check("concurrency", running < rule.max_concurrency, said)


def _window(rule: Rule, now: datetime) -> tuple[Check | None, int | None]:
    if not rule.windows:
        return None, None
    windows = Windows(rule.windows)
    if windows.open_at(now):
        return Check("window", True, f"a window is open at {now:%Y-%m-%d %H:%M} UTC"), None
    opens = windows.next_opening(now)
    return Check("window", False, f"the next window opens at {opens:%Y-%m-%d %H:%M} UTC"), 0


def _quota(rule: Rule, health: Health) -> tuple[Check | None, int | None]:
    if rule.quota is None:
        return None, None
    left = max(0, rule.quota.runs - health.started_since)
    said = f"{health.started_since} of {rule.quota.runs} runs started within {length(rule.quota.per)}"
    return Check("quota", left > 0, said), health.running + left if left else 0


def _breaker(rule: Rule, health: Health, now: datetime) -> tuple[Check | None, int | None]:
    breaker = rule.breaker
    if not breaker.failures:
        return None, None
    runs = "1 run" if health.failures == 1 else f"{health.failures} runs"
    said = f"{runs} failed in a row, {breaker.failures} {'is' if breaker.failures == 1 else 'are'} too many"
    if health.failures < breaker.failures or health.last_failure is None:
        return Check("breaker", True, said), None
    again = health.last_failure + timedelta(seconds=breaker.pause)
    if now < again:
        return Check("breaker", False, f"{said}; the next is tried at {again:%Y-%m-%d %H:%M:%S} UTC"), 0
    return Check("breaker", True, f"{said}; one is tried now"), 1
