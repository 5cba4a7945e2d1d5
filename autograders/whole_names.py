"""An extension of the desk's server: Formgrader's lists call learners what the class list calls them.

nbgrader knows a family's name and a given one and joins them by a comma, "None" for the one that is missing. The class
list has one field, for nobody can tell which part of a name is which; so "张三" would be "张三, None". The two places
in Formgrader's scripts that join the parts are given out changed; everything else of them stays as nbgrader has it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_server.utils import url_path_join
from nbgrader.server_extensions.formgrader import handlers
from tornado.web import RequestHandler

JOINED = 'last_name + ", " + first_name'
WHOLE = (
    '([last_name, first_name].filter((part) => part && part !== "None").join(", ")'
    ' || this.model.get("student") || this.model.get("id"))'
)
BOTH, ANY = "last_name !== null && first_name !== null", "last_name !== null || first_name !== null"
SCRIPTS = ("manage_students.js", "manage_submissions.js", "gradebook_notebook_submissions.js")


def with_whole_names(name: str) -> str:
    """Return one of Formgrader's scripts with names as they stand on the class list."""
    script = (Path(handlers.static_path) / "js" / name).read_text("utf-8")
    return script.replace(JOINED, WHOLE).replace(BOTH, ANY)


class Script(RequestHandler):
    """One of Formgrader's scripts."""

    def get(self, name: str) -> None:
        """Write it."""
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.finish(with_whole_names(name))


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(app: Any) -> None:
    """Answer before nbgrader does: extensions are loaded by their names, and the first one that answers counts."""
    names = "|".join(name.replace(".", r"\.") for name in SCRIPTS)
    address = url_path_join(app.web_app.settings["base_url"], rf"/formgrader/static/js/({names})")
    app.web_app.add_handlers(".*$", [(address, Script)])
