"""Where strangers' code runs: the inside, its outside, and the schema of what passes between."""
