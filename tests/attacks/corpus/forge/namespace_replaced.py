"""The notebook's own names are a mapping that gives something else each time."""

INCIDENT = None  # each exercise asks once
CONTROL = None  # a cell's names are looked up past the mapping's own methods

# %% first
import itertools


class Names(dict):
    count = itertools.count(400)

    def __getitem__(self, name):
        return next(self.count) if name == "customer_base" else dict.__getitem__(self, name)


get_ipython().user_ns = Names(get_ipython().user_ns)
