"""Forward passes of networks and trees: numbers in, numbers out; nothing here knows Russian."""
