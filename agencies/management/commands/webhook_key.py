"""Print the key with which an agency's system checks our signature."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencies.models import ContactPoint
from agencies.reach.signature import key_of


class Command(BaseCommand):
    help = "Prints the key with which an agency's system checks our signature. Hand it over as you would a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("contact_point", type=int, help="the number (id) of its webhook contact point")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.WEBHOOK_KEY:
            raise CommandError("WEBHOOK_KEY is not set")
        webhooks = ContactPoint.objects.filter(transport=ContactPoint.Transport.WEBHOOK)
        if not webhooks.filter(pk=options["contact_point"]).exists():
            raise CommandError("there is no webhook contact point of that number")
        self.stdout.write(key_of(options["contact_point"]))
