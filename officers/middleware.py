"""Pages ask for a login unless they say otherwise. Public pages read no session; their language is in the path."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import middleware as auth
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin


class LoginRequiredMiddleware(auth.LoginRequiredMiddleware):
    """Reads the session only for pages that need a login. Django's own reads it for each page."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class StaffLanguageMiddleware(MiddlewareMixin):
    """Activates the officer's language, and before the login the one that the browser asks for."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> None:
        if getattr(view, "is_public_page", False):
            return
        asked = getattr(request.user, "language", "") or translation.get_language_from_request(request)
        language = asked if asked in settings.STAFF_LANGUAGES else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
