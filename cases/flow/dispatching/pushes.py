"""The officers of an agency that is asked get a push on their own phones, besides the agency's message."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Q

from agencies.models import ContactPoint, Notification, Precedence
from agencies.reach import push
from cases.models import Dispatch


def tell(dispatches: Iterable[Dispatch], *, name: str, now: datetime, precedence: int = Precedence.REST) -> None:
    """Owe a push to the browsers of these agencies' officers. `name`: asked, reminder or taken.

    The caller has a transaction open and has loaded the case of each dispatch. Pushes are not tied to the dispatch,
    because they do not show that the agency was reached.
    """
    if ContactPoint.Transport.WEB_PUSH not in settings.TRANSPORTS:
        return
    to_tell = {dispatch.agency_id: dispatch for dispatch in dispatches if _may_be_told(dispatch)}
    browsers = push.browsers_to_tell(to_tell.keys(), now=now)
    owed = [
        _compose(to_tell[agency], browser, name=name, now=now, precedence=precedence)
        for agency, switched_on in browsers.items()
        for browser in switched_on
    ]
    if owed:
        Notification.objects.owe(owed)


def owe_no_more(dispatches: Iterable[int]) -> None:
    """Cancel what browsers are still owed about the dispatches with these pks."""
    if ContactPoint.Transport.WEB_PUSH not in settings.TRANSPORTS:
        return
    begins = [Q(dedupe_key__startswith=f"{_key(dispatch)}/") for dispatch in dispatches]
    if begins:
        Notification.objects.filter(reduce(or_, begins)).owe_no_more()


def _key(dispatch: int) -> str:
    return f"push/{dispatch}"


def _may_be_told(dispatch: Dispatch) -> bool:
    """Tell nobody but custodians of a sealed case: a phone that lights up would show that there is one."""
    return not dispatch.case.is_sealed or dispatch.agency.is_custodian


def _compose(dispatch: Dispatch, browser: ContactPoint, *, name: str, now: datetime, precedence: int) -> Notification:
    key = f"{_key(dispatch.pk)}/{name}/{now:%Y%m%dT%H%M%S%f}"
    is_exercise = dispatch.case.is_exercise
    return push.compose(f"push_{name}", to=browser, key=key, now=now, is_exercise=is_exercise, precedence=precedence)
