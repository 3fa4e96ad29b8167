"""The live page: a camera (or a clip) in the browser, the pose on this machine."""
