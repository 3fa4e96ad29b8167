"""From raw keypoints to one clean runner facing +x: left and right solved, noise filtered."""
