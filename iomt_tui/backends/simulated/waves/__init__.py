"""Waveforms of the simulated bedside monitors: beats and breaths from the patient's truth, and the shapes they draw."""
