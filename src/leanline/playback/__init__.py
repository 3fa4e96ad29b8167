"""How clips treat time: slow motion and changes of pace."""
