"""Trying a draft of a rule on the events that were kept, beside the revision that is deployed."""

from __future__ import annotations

from datetime import datetime

import flowhost
from flowhost_plugins.rules.administration.results import Trial
from flowhost_plugins.rules.administration.rulebook import Rulebook
from flowhost_plugins.rules.administration.site import Site
from flowhost_plugins.rules.matching import DeployedRule, replay
from flowhost_plugins.rules.records import Deployment
from flowhost_plugins.rules.rule import Rule


def tried(site: Site, rulebook: Rulebook, draft: Rule, since: datetime) -> Trial:
    """What a draft would have done since a moment; see `Administration.test`."""
    assets = site.assets()  # open before any action may ask it for a plan
    name = draft.name
    deployment = site.journal.deployment(name)
    if deployment is not None and deployment.deleted:
        deployment = None
    made = rulebook.with_actions(draft, deployment or Deployment(name, 0, site.clock.now()))
    deployed = _deployed(rulebook, deployment)
    same = deployment is not None and site.journal.revision_text(name, deployment.revision) == draft.text
    return Trial(
        name,
        draft.place.file,
        deployment.revision if deployment else None,
        same,
        since,
        tuple(replay(site.journal, assets, made, deployed, since)),
    )


def _deployed(rulebook: Rulebook, deployment: Deployment | None) -> DeployedRule | None:
    """What a draft is compared with; None when that cannot be read any more, which its list of issues tells."""
    try:
        return rulebook.deployed(deployment.rule) if deployment else None
    except flowhost.ConfigError:
        return None
