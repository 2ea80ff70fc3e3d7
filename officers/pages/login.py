"""The pages for logging in and out."""

from django.contrib.auth import views as auth_views

from agencies.access import role_required
from agencies.models import Role
from officers.pages.login_form import LoginForm


class Login(auth_views.LoginView):
    template_name = "officers/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True


# Django's view, guarded like every page of ours.
logout = role_required(*Role)(auth_views.LogoutView.as_view())
