"""What uvicorn runs."""

import os

from django.core.asgi import get_asgi_application

from protectu.patience import WEB_SECONDS, PatientConnection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protectu.settings")

application = get_asgi_application()
PatientConnection.patience = WEB_SECONDS  # the others have nobody who waits, and migrations take long
