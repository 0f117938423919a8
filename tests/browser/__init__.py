"""What people see, in a real Chromium, against the real thing: `python -m demo` with its seeded world."""
