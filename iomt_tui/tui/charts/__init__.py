"""Charts over time: curves, bands, marks and axes as lines of content. Only :mod:`.plot` knows plotext."""
