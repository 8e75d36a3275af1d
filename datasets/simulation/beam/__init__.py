"""The scanner: materials and spectra, detector and its noise, and the profiles that hold their facts."""
