"""The verbs, a file a stage: intake, triage, casework, dispatching. The folder is the story."""
