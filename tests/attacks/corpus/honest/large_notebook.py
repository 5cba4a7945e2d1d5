"""Long outputs of one's own stand in the notebook."""


def change(notebook):
    text = "one more line\n" * 50_000
    own = {"cell_type": "code", "id": "own", "metadata": {}, "execution_count": 9, "source": "print('x' * 100_000)"}
    notebook["cells"].insert(2, own | {"outputs": [{"output_type": "stream", "name": "stdout", "text": text}]})
    return notebook
