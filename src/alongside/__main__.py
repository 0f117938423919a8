"""`python -m alongside` is the command `alongside`."""

from alongside.app.cli import main

if __name__ == "__main__":
    main()
