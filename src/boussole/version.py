"""The version of the software; the doctrine has its own."""

VERSION = "0.1.0"
