"""The verbs, one file for each stage: intake, triage, casework, dispatching."""
