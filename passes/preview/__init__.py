"""Pictures of a design in both wallets: every state of a card, in every language, as one page."""
