"""`python -m engine` is `komisi`."""

from engine.cli import main

main()
