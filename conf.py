"""Settings of the site. Build it with ``make site``; the pages come from the doctrine, see ``src/boussole``."""

import os

project = "Boussole de l’IA"
author = "Le projet boussole"
copyright = "Licence Ouverte 2.0 (contenus), MIT (code)"
language = "fr"

extensions = ["myst_parser", "sphinx_design", "boussole.sphinx_ext"]
myst_enable_extensions = ["colon_fence", "deflist"]
exclude_patterns = ["**/.*"]
nitpicky = True
smartquotes = False  # the pages already carry French typography, quotations included

html_theme = "boussole"
html_title = project
html_baseurl = os.environ.get("BOUSSOLE_URL", "")  # where the site is published; nothing when it is not known
html_permalinks = False
html_use_index = False
html_domain_indices = False
html_copy_source = False
html_show_sourcelink = False
