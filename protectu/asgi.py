"""The ASGI application, which uvicorn runs."""

import os

import django

from agencies import process
from protectu.handler import Handler
from protectu.patience import WEB_SECONDS, PatientConnection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protectu.settings")

django.setup(set_prefix=False)
application = Handler()
process.begin("web")
PatientConnection.patience = WEB_SECONDS  # only here: elsewhere nobody waits for a page, and migrations take long
