"""An editor has written a kernel and a version of its own into the notebook."""


def change(notebook):
    notebook["metadata"]["kernelspec"] = {"name": "venv", "display_name": "Python (venv)", "language": "python"}
    notebook["metadata"]["language_info"]["version"] = "3.12.1"
    notebook["metadata"]["colab"] = {"provenance": []}
    return notebook | {"nbformat_minor": 5}
