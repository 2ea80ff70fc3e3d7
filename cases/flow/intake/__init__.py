"""Stage 1. What somebody sent is committed with everything that must follow. Intake never says no."""

from cases.flow.intake.places import add_place
from cases.flow.intake.receiving import receive
from cases.flow.intake.sent import Fix, Sent
from cases.flow.intake.words import add_words

__all__ = ["Fix", "Sent", "add_place", "add_words", "receive"]
