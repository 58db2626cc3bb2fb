"""What keeps the system going, and says where it does not."""
