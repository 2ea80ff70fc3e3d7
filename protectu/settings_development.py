"""Settings of ./portal run --reload, for the demo alone: errors in the browser, and a toolbar on officers' pages."""

from django.http import HttpRequest

from protectu.settings import *  # noqa: F403, TID251 - the same settings, and a few more
from protectu.settings import INSTALLED_APPS, IS_DEMO, MIDDLEWARE  # noqa: TID251

if not IS_DEMO:
    raise ImproperlyConfigured("settings_development is for the demo of ./portal run --reload")  # noqa: F405

DEBUG = True
ROOT_URLCONF = "protectu.urls_development"
INSTALLED_APPS = [*INSTALLED_APPS, "debug_toolbar"]
MIDDLEWARE = [*MIDDLEWARE, "debug_toolbar.middleware.DebugToolbarMiddleware"]


def is_officers_page(request: HttpRequest) -> bool:
    # Without the toolbar a public page is what a phone gets, with its real weight and its one request.
    return request.user.is_authenticated


DEBUG_TOOLBAR_CONFIG = {"SHOW_TOOLBAR_CALLBACK": f"{__name__}.is_officers_page"}
