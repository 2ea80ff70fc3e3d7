from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self) -> None:
        from cases.pages import entries  # noqa: F401 - enter the frame of an officer's page
        from cases.reads import reviews, rings  # noqa: F401 - enter in the register what waits for a second person
