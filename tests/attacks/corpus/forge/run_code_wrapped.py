"""The shell's innermost step runs nothing and says that all went well."""

INCIDENT = None  # its own shell only
CONTROL = "gains"

# %% last
"this cell is here so that something comes after the first"


# %% first
async def nothing(*_, **__):
    return False


get_ipython().run_code = nothing
