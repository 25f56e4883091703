"""Passwords hashed at the least cost there is: what a test asks is who comes in, not how long a thief would need."""

from argon2 import PasswordHasher

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
