"""What every test shares."""

from hypothesis import settings

# The machine that runs the tests also runs brokers and databases; a slow example is no failure.
settings.register_profile("flowhost", deadline=None)
settings.load_profile("flowhost")
