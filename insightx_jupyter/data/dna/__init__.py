"""What is known of the frames: figures of each column, kinds, dates, keys between frames."""
