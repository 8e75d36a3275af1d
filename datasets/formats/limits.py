"""How large an input may be. Checked against headers, before a single pixel is decoded."""

from dataclasses import dataclass

from cargoscope.errors import LimitError


@dataclass(frozen=True)
class Limits:
    """max_bytes: of a file, and of all parts of a package once unpacked. max_pixels: of one view, in one energy.

    max_energies: planes of a view. max_views: views of a scan. max_ratio: how many times larger a part of a package
    may become by unpacking it.
    """

    max_bytes: int = 512 * 1024 * 1024
    max_pixels: int = 200_000_000
    max_energies: int = 8
    max_views: int = 16
    max_ratio: int = 200

    def check_bytes(self, name: str, n_bytes: int) -> None:
        if n_bytes > self.max_bytes:
            raise LimitError(f"{name}: at most {self.max_bytes} bytes, got {n_bytes}")

    def check_plane(self, name: str, width: int, height: int) -> None:
        if width * height > self.max_pixels:
            raise LimitError(f"{name}: at most {self.max_pixels} pixels, got {width}×{height} = {width * height}")

    def check_energies(self, name: str, n_energies: int) -> None:
        if n_energies > self.max_energies:
            raise LimitError(f"{name}: at most {self.max_energies} energies, got {n_energies}")
