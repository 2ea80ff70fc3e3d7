"""The ledger of erasures: the column, the row and the time, never the value. Rows are added, never changed."""

from django.db import models


class Erasure(models.Model):
    column = models.CharField(max_length=100)  # app.Model.field, as in retention.toml
    row = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="cases_erasure_once_a_value", fields=["column", "row"])]
