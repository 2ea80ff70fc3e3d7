"""Pages for a reporter who comes back. The code is typed once; then a signed token is good for half an hour."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from agencies import clock
from cases.flow import intake, returning, wishes
from cases.models import Report
from cases.pages.public.after import add_more, add_place, for_its_report
from cases.pages.public.forms import ReachForm, WhoForm, answers_in
from cases.pages.public.network import network_in
from cases.pages.public.page import answer, never_lost, public_page, takes_posts
from cases.pages.public.posted import Posted
from cases.pages.public.reach import consents_in, reaching_in
from cases.privacy import codes, receipts, submissions
from cases.privacy.receipts import ReceiptExpired
from cases.reads.coming_back import coming_back
from cases.reads.receipt import places_within


@public_page()
@takes_posts
@for_its_report
def code(request: HttpRequest, posted: Posted, report: Report) -> HttpResponse:
    """Make a code and show it this one time. Show none when the report has enough codes."""
    try:
        made = returning.give_code(report=report, now=clock.now())
    except returning.EnoughCodes:
        made = None
    return answer(request, "public/code.html", {"code": made, "token": posted.token})


@public_page(asks_position=True)
def back(request: HttpRequest) -> HttpResponse:
    return _try_code(request) if request.method == "POST" else _ask_code(request)


def _ask_code(request: HttpRequest, *, problem: str = "", code: str = "") -> HttpResponse:
    """Show the form for the code, with the code that was typed, so that one digit can be corrected."""
    return answer(request, "public/back.html", {"problem": problem, "code": code})


@never_lost
def _try_code(request: HttpRequest, posted: Posted) -> HttpResponse:
    now, typed = clock.now(), posted.text("code")[: codes.LONGEST]
    network = network_in(request, now=now)
    try:
        report = codes.open_report(typed, network=network.current if network else "", now=now)
    except codes.NotACode as slip:
        return _ask_code(request, problem=_slip(slip.digits), code=typed)
    except codes.WrongCode:
        return _ask_code(request, problem=_("This code opens nothing. Look at each number again."), code=typed)
    return _show(request, report)


def _slip(digits: int) -> str:
    if digits == codes.DIGITS:
        return _("One of the numbers is not right, or two have changed places. Look at each group again.")
    typed = ngettext("You typed %(n)d number.", "You typed %(n)d numbers.", digits) % {"n": digits}
    return " ".join([typed, _("The code has 20.")])


DoForReporter = Callable[[HttpRequest, Posted, Report], str]


def for_its_reporter(do: DoForReporter) -> Callable[..., HttpResponse]:
    """Pass the report of the token to `do`. After half an hour, ask for the code again and keep what was typed."""

    @wraps(do)
    def take(request: HttpRequest, posted: Posted) -> HttpResponse:
        try:
            report = receipts.open_return(posted.token)
        except ReceiptExpired:
            context = {"problem": _("Half an hour has passed. Type the code again."), "typed": posted.typed}
            return answer(request, "public/back.html", context)
        done = do(request, posted, report)
        report.refresh_from_db(fields=["withdrawn_at", "contact_hidden_at", "province", "district", "is_abroad"])
        return _show(request, report, done=done)

    return public_page(asks_position=True)(takes_posts(take))


def _show(request: HttpRequest, report: Report, *, done: str = "") -> HttpResponse:
    found = coming_back(report, now=clock.now())
    asked = places_within(None) if not found.receipt.is_placed else []
    return answer(
        request,
        "public/came_back.html",
        {
            "back": found,
            "receipt": found.receipt,
            "token": receipts.return_token_for(report),
            "asked": asked,
            "reach": ReachForm(),
            "who": WhoForm(),
            "done": done,
            "key": submissions.new_key(),
        },
    )


@for_its_reporter
def look(request: HttpRequest, posted: Posted, report: Report) -> str:
    return ""


@for_its_reporter
def words(request: HttpRequest, posted: Posted, report: Report) -> str:
    added, problems = add_more(request, posted, report)
    thanks = [_("Thank you. We have what you added.")] if added else []
    return " ".join([*thanks, *problems])


@for_its_reporter
def place(request: HttpRequest, posted: Posted, report: Report) -> str:
    return _("Thank you. We have what you added.") if add_place(posted, report) else ""


@for_its_reporter
def stop(request: HttpRequest, posted: Posted, report: Report) -> str:
    returning.withdraw(report=report, now=clock.now())
    return _("We have told the social workers that you want us to stop. They may first make sure that you are safe.")


@for_its_reporter
def contact(request: HttpRequest, posted: Posted, report: Report) -> str:
    if posted.text("do") == "show":
        returning.show_contact_again(report=report, now=clock.now())
        return _("We keep your contact details.")
    returning.hide_contact(report=report, now=clock.now())
    return _("Nobody sees your contact details any more. In seven days they are destroyed.")


@for_its_reporter
def reach(request: HttpRequest, posted: Posted, report: Report) -> str:
    """Change how the reporter may be reached. Answers that cannot be used are kept as words."""
    now, answers = clock.now(), answers_in(ReachForm(posted.data), posted)
    safe_contact = Report.SafeContact(answers.get("safe_contact") or Report.SafeContact.DO_NOT_CONTACT)
    reaching = reaching_in(answers, posted)
    wishes.say_how_to_reach(
        report=report, safe_contact=safe_contact, reaching=reaching, contact=answers.get("contact", ""), now=now
    )
    if posted.unusable:
        intake.add_words(report=report, text="\n".join(posted.unusable), now=now)
    if safe_contact == Report.SafeContact.DO_NOT_CONTACT:
        return _("From now on we do not contact you, unless a child or a life is in danger.")
    return _("From now on we contact you only in this way.")


@for_its_reporter
def who(request: HttpRequest, posted: Posted, report: Report) -> str:
    """Change who may know. A skipped answer stays as it was."""
    now, said = clock.now(), consents_in(answers_in(WhoForm(posted.data), posted))
    if posted.unusable:
        intake.add_words(report=report, text="\n".join(posted.unusable), now=now)
    if not wishes.say_who_may_know(report=report, said=said, language=get_language(), now=now):
        return ""
    return _("We have told the social workers, and those who know already, what you want.")
