"""How large an input may be. Checked against headers, before a single pixel is decoded."""

from dataclasses import dataclass

from cargoscope.errors import LimitError


@dataclass(frozen=True)
class Limits:
    """The largest input that is accepted.

    max_bytes: of a file, of all files of a scan, of all parts of a package once unpacked, and of all planes of a scan
    once decoded to 16 bits.
    max_pixels: of one plane. max_energies: planes of a view. max_views: views of a scan. max_ratio: how many times
    larger a part of a package may become by unpacking it.
    """

    max_bytes: int = 512 * 1024 * 1024
    max_pixels: int = 200_000_000
    max_energies: int = 8
    max_views: int = 16
    max_ratio: int = 200

    def check_bytes(self, name: str, n_bytes: int) -> None:
        if n_bytes > self.max_bytes:
            raise LimitError(f"{name}: at most {self.max_bytes} bytes, got {n_bytes}")

    def check_size(self, name: str, width: int, height: int, planes: int) -> None:
        if width * height > self.max_pixels:
            raise LimitError(f"{name}: at most {self.max_pixels} pixels, got {width}×{height} = {width * height}")
        self.check_bytes(f"{name}, decoded", 2 * width * height * planes)

    def check_energies(self, name: str, n_energies: int) -> None:
        if n_energies > self.max_energies:
            raise LimitError(f"{name}: at most {self.max_energies} energies, got {n_energies}")
