"""What a program may configure and nobody can reach yet: sentences do not promise it.

Who opens the way (a form, a till's message) says so here, in the same change.
"""

from __future__ import annotations

HOLDS = False
"""Whether a till can place a hold."""
