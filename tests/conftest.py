"""Fixtures for every test."""

pytest_plugins = ["tests.chromium", "tests.database"]
