"""Designs drawn from a logo and two colours: every picture of both wallets, in every state.

By Pillow (but `colours`, which is pure), and loaded where designs are made, never where a customer
or a till waits.
"""
