"""Local stand-ins of the two platforms, for the sandbox command and the tests."""
