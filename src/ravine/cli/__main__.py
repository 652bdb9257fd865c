"""`python -m ravine.cli`."""

from ravine.cli import main

main()
