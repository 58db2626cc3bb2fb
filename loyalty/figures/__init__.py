"""Figures that an owner sees: what they rest on, and what they mean. Pure."""
