"""Cases that Python and JavaScript both decide: ``test_twin.py`` runs each file here through both.

A file holds a group of cases, or a list of groups. A group has a ``name``, the ``rules`` (as `Doctrine.rules` gives them) or
the name of a ``doctrine``, and its ``cases``: a ``name``, some ``answers``, and what is ``expected`` of them.
``small.json`` is written and checked by hand; the ``nantes-*.json`` files are written by ``generate.py``.
"""
