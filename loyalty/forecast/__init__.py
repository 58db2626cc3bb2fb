"""When a member comes next: a closed form, nothing fitted per shop. Pure."""
