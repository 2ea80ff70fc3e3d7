"""The settings of the portal, with a deadline for gateways beyond any test: who waits for one waits to the end."""

from django.apps import AppConfig

from protectu.settings import *  # noqa: F403 - this is a settings module
from protectu.settings import INSTALLED_APPS as THEIRS

INSTALLED_APPS = [*THEIRS, "tests.faults.patient.Patient"]


class Patient(AppConfig):
    name, label = "tests.faults", "patient"

    def ready(self) -> None:
        from agencies.reach.transports import http  # models have to be there first

        http.DEADLINE_SECONDS = 3600
