"""Our exports read by other programs' own readers, in an environment of their own (`./dev oracles`)."""
