from django.apps import AppConfig


class ProtectuConfig(AppConfig):
    name = "protectu"

    def ready(self) -> None:
        from agencies import process
        from protectu import celery, logs, patience  # noqa: F401 - tasks look for their app when they are called

        process.AT_BEGIN += [logs.take_over_last_words, patience.suit]
