"""The live page: a camera or clip in the browser, pose estimation on this machine."""
