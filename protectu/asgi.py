"""What uvicorn runs."""

import os

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from protectu.patience import WEB_SECONDS, PatientConnection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protectu.settings")


class Handler(ASGIHandler):
    """Each request in one thread from the first middleware to the view.

    Django's own changes the thread at every step of every middleware and back, which takes as long as the rest
    of a small page. The live screens lose nothing: their streams are sent by the event loop as before.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response)(request)


django.setup(set_prefix=False)
application = Handler()
PatientConnection.patience = WEB_SECONDS  # the others have nobody who waits, and migrations take long
