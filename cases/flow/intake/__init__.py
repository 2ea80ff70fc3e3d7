"""Stage 1. A report is committed with everything that must follow from it. Intake never refuses one."""

from cases.flow.intake.places import add_place
from cases.flow.intake.receiving import receive
from cases.flow.intake.sent import Fix, Sent
from cases.flow.intake.words import add_words

__all__ = ["Fix", "Sent", "add_place", "add_words", "receive"]
