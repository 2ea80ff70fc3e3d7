from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self) -> None:
        """Import the modules that enter something in a register."""
        from cases.flow import dispatching, events  # noqa: F401 - enter the kinds of case events
        from cases.pages import entries  # noqa: F401 - enter the frame of an officer's page
        from cases.reads import reviews, ring_policies  # noqa: F401 - enter what waits for a second person
