"""`python -m loyaltylib` is the `loyalty` command: a folder that was moved has no script any more that works."""

from .cli import main

main()
