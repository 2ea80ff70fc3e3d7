"""The ASGI application, which uvicorn runs."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protectu.settings")  # before what reads them when it is imported

import django
from django.db import connections

from agencies import process
from protectu import liveness
from protectu.handler import Handler

django.setup(set_prefix=False)
application = Handler()
process.begin("web", is_well=liveness.of_web(application))
# All connections are made at the start, side by side: one by one they come too late for the first many.
pool = connections["default"].pool  # type: ignore[attr-defined]  # Django's stubs know no PostgreSQL
pool.open()
pool.resize(pool.max_size, pool.max_size)
