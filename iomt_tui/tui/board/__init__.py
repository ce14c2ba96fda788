"""The ward board: pure renderers of rows and tiles, and the widget that shows them."""
