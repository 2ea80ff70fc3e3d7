"""What is kept secret. Knows nobody: the other apps take their fields and digests from here."""

from vault.digests import digest, digests
from vault.fields import BlindIndexField, EncryptedBinaryField, EncryptedTextField

__all__ = ["BlindIndexField", "EncryptedBinaryField", "EncryptedTextField", "digest", "digests"]
