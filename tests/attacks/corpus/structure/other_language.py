"""The notebook asks for a kernel of another language."""

INCIDENT = None  # the kernel is the release's
CONTROL = None  # nbgrader overwrites it


def change(notebook):
    notebook["metadata"]["kernelspec"] = {"name": "bash", "display_name": "Bash", "language": "bash"}
    notebook["metadata"]["language_info"] = {"name": "bash", "file_extension": "../../x"}
    return notebook
