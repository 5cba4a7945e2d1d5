"""The notebook was saved on Windows, with its line ends in every cell."""


def change(notebook):
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].replace("\n", "\r\n")
    return notebook
