from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "insight"

    def ready(self) -> None:
        from insight import entries  # noqa: F401 - enter the frame of an officer's page
