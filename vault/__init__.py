"""What is kept secret: encrypted columns, keyed digests, blind indexes and rotation. Imports no other app."""

from vault.digests import digest, digests
from vault.fields import BlindIndexField, EncryptedBinaryField, EncryptedTextField

__all__ = ["BlindIndexField", "EncryptedBinaryField", "EncryptedTextField", "digest", "digests"]
