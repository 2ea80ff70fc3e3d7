"""The verbs, a file or a package for each stage. A stage may call a later one, never an earlier one."""
