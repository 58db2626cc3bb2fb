"""Tells every vendor's story to a deployment, shuffled, with losses; checks every balance."""
