"""Words for a refused change of the directory: what is the matter, and what to do."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.reach import proposals, verification
from agencies.reach.proposals import ChangeRefused
from agencies.reach.verification import CodeRefused
from agencies.templatetags.when import clock

REFUSED = (ChangeRefused, CodeRefused)


def why_not(refusal: ChangeRefused | CodeRefused) -> str:
    match refusal:
        case verification.WrongCode(left=left):
            said = ngettext(
                "This is not the code. %(n)d try is left.", "This is not the code. %(n)d tries are left.", left
            )
            return said % {"n": left}
        case verification.TooManyCodes(until=until):
            return _("Too many codes were sent. The next one can be sent at %(time)s.") % {"time": clock(until)}
    return _WORDS[type(refusal)]()


_WORDS = {
    verification.NoCode: lambda: _("This code is over: it was used, too old, or tried too often. Send a new one."),
    verification.NotVerifiable: lambda: _("No code is needed or can be sent there now."),
    proposals.AlreadyProposed: lambda: _("A change of it waits for a second person. Decide that one first."),
    proposals.AlreadyKnown: lambda: _("The agency has this address already."),
    proposals.AlreadyDecided: lambda: _("Somebody has decided it meanwhile."),
    proposals.NotVerified: lambda: _("Nobody has entered the code of this address yet. That comes first."),
    proposals.LastOne: lambda: _("It is the last address of those on duty. Say that it may go all the same."),
}
