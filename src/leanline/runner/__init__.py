"""From raw keypoints to one clean runner facing +x: sides resolved, noise filtered."""
