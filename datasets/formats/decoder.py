"""OpenCV's PNG and JPEG decoders, with their failures turned into sentences."""

import cv2
import numpy as np

from cargoscope.datasets.formats.raster import Raster
from cargoscope.errors import ScanError


def decoded(data: bytes, name: str, format_name: str, size_wh: tuple[int, int]) -> Raster:
    """The samples exactly as stored: no rotation by EXIF, no change of depth. size_wh is what the header promised."""
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise ScanError(f"{name}: a damaged {format_name} file ({str(error)[:200]})") from error
    if image is None:
        raise ScanError(f"{name}: a damaged or truncated {format_name} file of {len(data)} bytes")
    if image.shape[1::-1] != size_wh:
        raise ScanError(f"{name}: the header promises {size_wh} pixels, the data hold {image.shape[1::-1]}")
    if image.ndim == 2:
        return Raster(image[None], colour=False)
    code = {3: cv2.COLOR_BGR2RGB, 4: cv2.COLOR_BGRA2RGBA}[image.shape[2]]
    return Raster(np.ascontiguousarray(np.moveaxis(cv2.cvtColor(image, code), 2, 0)), colour=True)
