"""Families of commands, each a door of its own: `boussole.cli` reads one only when it is asked for."""
