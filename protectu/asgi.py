"""The ASGI application, which uvicorn runs."""

import os

import django

from agencies import process
from protectu.handler import Handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protectu.settings")

django.setup(set_prefix=False)
application = Handler()
process.begin("web")
