"""The pytest plugin for plugin authors; installed with flowhost, so its fixtures are simply there."""

pytest_plugins = [
    "flowhost.testing.broker",
    "flowhost.testing.clock",
    "flowhost.testing.harness",
    "flowhost.testing.inline",
    "flowhost.testing.ledger",
    "flowhost.testing.plugins",
    "flowhost.testing.postgresql",
]
