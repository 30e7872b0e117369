"""``python -m flowhost PROFILE``, as Flow was started."""

from flowhost.cli import main

if __name__ == "__main__":
    main()
