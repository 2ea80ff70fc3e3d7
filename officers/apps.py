from django.apps import AppConfig


class OfficersConfig(AppConfig):
    name = "officers"

    def ready(self) -> None:
        from officers.pages import entries  # noqa: F401 - enter the frame of an officer's page
