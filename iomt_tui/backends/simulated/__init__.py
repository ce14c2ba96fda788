"""The simulated ward: invented patients with believable physiology and unreliable devices."""
