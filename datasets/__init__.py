"""Where images and labels come from: file formats, public sets, the simulator, the archive."""
