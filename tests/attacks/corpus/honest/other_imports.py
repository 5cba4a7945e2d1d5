"""Modules are used that the course did not mention."""

# %% first
import asyncio
import heapq
import itertools
import sqlite3
import statistics

import networkx
import scipy.stats

memory = sqlite3.connect(":memory:")
memory.execute("create table t (n integer)")
print(scipy.stats.norm.cdf(0), networkx.path_graph(3).number_of_nodes(), statistics.median([1, 2]))
