"""The plugins that come with flowhost. Each module or package here is one plugin, declared in pyproject.toml."""
