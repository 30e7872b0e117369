"""Living under a service manager: its notifications, its unit file, and an end that comes in any case."""
