from django.apps import AppConfig


class ProtectuConfig(AppConfig):
    name = "protectu"

    def ready(self) -> None:
        from protectu import celery  # noqa: F401 - tasks look for their app when they are called
