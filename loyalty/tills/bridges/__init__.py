"""What CRMs and booking tools say, in each one's language: visits, appointments, clients."""
