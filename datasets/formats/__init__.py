"""File formats of scans: our own scan package, and plain PNG, TIFF and JPEG images."""
