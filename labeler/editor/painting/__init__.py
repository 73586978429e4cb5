"""What the canvas shows: cached layers for what is settled, live things straight to the widget."""
