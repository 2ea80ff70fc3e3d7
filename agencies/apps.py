from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "agencies"

    def ready(self) -> None:
        from agencies.reach import proposals  # noqa: F401 - enters in the register what waits for a second person
