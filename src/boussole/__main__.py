"""``python -m boussole``: the command line, where no script was installed."""

from boussole.cli import main

main()
