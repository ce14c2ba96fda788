"""Drawing waveforms: dots in cells, the sweep that writes them, and the lines of the page. Pure."""
