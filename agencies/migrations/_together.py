"""Not a migration: Django passes over modules whose name begins with an underscore."""

from django.db.migrations.operations.base import Operation


class Together(Operation):
    """Add constraints and indexes to models that are drawn once for all of them.

    On its own, each would have Django draw its model and all that are related to it again: two thirds of the time
    that a new database takes.
    """

    def __init__(self, operations):
        self.operations = operations

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # drawn again when it is next asked for
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return f"Add {len(self.operations)} constraints and indexes"
