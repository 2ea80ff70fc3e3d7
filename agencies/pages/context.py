"""What every staff page shows."""

from typing import Any

from django.http import HttpRequest

from agencies import access


def staff(request: HttpRequest) -> dict[str, Any]:
    """Nothing for the public: their pages never touch the session."""
    match = request.resolver_match
    if match is None or getattr(match.func, "is_public_page", False):
        return {}
    officer = request.user
    if not officer.is_authenticated:
        return {}
    return {
        "officer": officer,
        "is_desk": access.is_desk(officer),
        "is_supervisor": access.is_supervisor(officer),
    }
