"""From an AWS account to a card: what `loyalty deploy`, `smoke` and `destroy` are made of."""
