"""A LINE chat goes through the same intake, and officers answer in it as far as the person lets us."""

from cases.flow.conversing.first_word import tell_of_answers
from cases.flow.conversing.hearing import Said, hear, is_known, leave, press, welcome

__all__ = ["Said", "hear", "is_known", "leave", "press", "tell_of_answers", "welcome"]
