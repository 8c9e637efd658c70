"""How the documentation's site is built: ``make docs``. Nothing of it comes from another place when it is read."""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

project = "Matched Cohort Explorer"
author = "the authors of Matched Cohort Explorer"
project_copyright = author
version = release = "0.1.0"
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "README"
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "making", "methods/simulations/*.py", "methods/simulations/*.R"]
suppress_warnings = ["config.cache"]

myst_heading_anchors = 3
myst_enable_extensions = ["deflist", "colon_fence"]

autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "ignore-module-all": True}
autodoc_use_type_comments = False
python_maximum_signature_line_length = 100
python_use_unqualified_type_names = True
add_module_names = False
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False

FONTS = (
    "'Noto Sans'",
    "'Segoe UI'",
    "Helvetica",
    "Arial",
    "'Noto Sans KR'",
    "'Noto Sans JP'",
    "NanumGothic",
    "IPAGothic",
    "sans-serif",
)
html_theme = "furo"
html_title = "Matched Cohort Explorer"
html_short_title = "Matched Cohort Explorer"
html_favicon = "../ui/pictures/icon.png"
html_static_path = ["making/site.css"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#0b5394",
        "color-brand-content": "#0b5394",
        "font-stack": ", ".join(FONTS),
    },
    "dark_css_variables": {"color-brand-primary": "#8ec1f0", "color-brand-content": "#8ec1f0"},
}


def setup(app):
    """Pages stay plain Markdown; what only the site needs is put in while it is built."""
    app.connect("source-read", _complete)
    app.connect("autodoc-process-docstring", _tidy)
    app.connect("build-finished", _name_the_first_page)


def _complete(app, name, source):
    """An index leads to the pages it names; a page of the reference shows what its modules say."""
    folder, _, page = name.rpartition("/")
    if page == "README":
        named = dict.fromkeys(re.findall(r"\]\(([\w/]+)\.md\)", source[0]))
        if not folder:  # what the index does not name yet still has its place
            named |= dict.fromkeys(sorted(other for other in app.env.found_docs if re.match(r"hosting/|[^/]+$", other)))
            named.pop("README", None)
        listed = "\n".join(named)
        source[0] = re.sub(r"\[[\w/]+\.md\]\(([\w/]+\.md)\)", r"[](\1)", source[0])
        source[0] += f"\n```{{toctree}}\n:hidden:\n\n{listed}\n```\n"
    elif folder == "api":
        source[0] = re.sub(
            r"^## (\S+)\n\n(.+)\n",
            r"## \1\n\n\2\n\n```{eval-rst}\n.. automodule:: analysis.\1\n```\n",
            source[0],
            flags=re.MULTILINE,
        )


def _tidy(app, what, name, of, options, lines):
    """A module's docstring stands above its part already; bars round a symbol are no substitution."""
    if what == "module":
        lines.clear()
    lines[:] = [re.sub(r"\|(?=\w+\||``)", r"\\|", line) for line in lines]


def _name_the_first_page(app, failure):
    """A browser looks for index.html; the page that GitHub shows for a folder is README."""
    if failure is None and app.builder.format == "html":
        shutil.copyfile(Path(app.outdir) / "README.html", Path(app.outdir) / "index.html")
