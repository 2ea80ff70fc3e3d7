"""The way in for officers, and the directory."""

from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from agencies import access
from agencies.access import role_required
from agencies.models import Officer, Role
from agencies.pages import directory as listing
from agencies.pages.forms import DirectoryForm, LoginForm


class Login(auth_views.LoginView):
    template_name = "registration/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True


# A class of Django's, guarded like every page of ours.
logout = role_required(*Role)(auth_views.LogoutView.as_view())


@role_required(*Role)
def start(request: HttpRequest) -> HttpResponse:
    """Where an officer's work is."""
    assert isinstance(request.user, Officer)  # noqa: S101 - for the type checker; role_required has refused others
    return redirect(access.start_page(request.user))


@role_required(Role.ADMIN, Role.SUPERVISOR)
def directory(request: HttpRequest) -> HttpResponse:
    form = DirectoryForm(request.GET, provinces=listing.provinces())
    found = listing.find(**form.asked())
    return render(request, "agencies/directory.html", {"form": form, "found": found})


@role_required(*Role)
def alarm(request: HttpRequest) -> HttpResponse:
    """The banner alone, for a screen that stays open."""
    return render(request, "components/_alarm.html")
