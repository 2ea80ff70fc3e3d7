"""What hashing costs in tests: next to nothing, where the price itself is not what is tested."""

from argon2 import PasswordHasher
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

REAL = list(settings.PASSWORD_HASHERS)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class CheapArgon2(Argon2PasswordHasher):
    time_cost, memory_cost, parallelism = 1, 8, 1
