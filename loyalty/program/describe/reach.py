"""What a program may configure and nobody can reach yet: sentences do not promise it.

Who opens the way (a form, a till's message) says so here, in the same change.
"""

from __future__ import annotations

REFERRALS = False
"""Whether a new member can name who brought them."""
