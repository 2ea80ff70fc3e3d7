"""What uvicorn runs."""

import os

import django

from protectu.handler import Handler
from protectu.patience import WEB_SECONDS, PatientConnection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protectu.settings")

django.setup(set_prefix=False)
application = Handler()
PatientConnection.patience = WEB_SECONDS  # the others have nobody who waits, and migrations take long
