"""The notebook asks for a kernel nobody has, by a name that leads upwards."""

INCIDENT = None  # the kernel is the release's
CONTROL = None  # nbgrader overwrites it


def change(notebook):
    notebook["metadata"]["kernelspec"] = {"name": "../../evil", "display_name": "<script>", "language": 7}
    return notebook
