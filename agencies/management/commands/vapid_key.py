"""Print a new key by which push services know this deployment."""

from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Prints a new VAPID_PRIVATE_KEY. With another one, every officer has to switch messages on again."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        key = urlsafe_b64encode(number.to_bytes(32)).decode().rstrip("=")
        self.stdout.write(f"VAPID_PRIVATE_KEY={key}")
