"""Charts as inline SVG, and the style of the pages that they stand on: of the lab's report and of the monitor's."""
