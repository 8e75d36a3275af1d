"""DICOS files for tests, written with pydicom: a tag that is None is left out."""

import io

import numpy as np
from pydicom import Dataset
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

DX = "1.2.840.10008.5.1.4.1.1.501.2.2"


def dx(pixels: np.ndarray | None = None, syntax: UID = ExplicitVRLittleEndian, **tags) -> bytes:
    """A DX image for processing of a 40x30 ramp with air, 6 MV, or with these tags instead."""
    if pixels is None:
        pixels = ramp()
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(DX)
    meta.MediaStorageSOPInstanceUID = UID("1.2.3.1")
    meta.TransferSyntaxUID = syntax
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    settings = {
        "SOPClassUID": DX,
        "SOPInstanceUID": "1.2.3.1",
        "StudyInstanceUID": "1.2.3",
        "SeriesInstanceUID": "1.2.3.0",
        "SeriesNumber": 1,
        "AcquisitionDateTime": "20261122120000.250000+0700",
        "StationName": "Gate 3",
        "KVP": 6000,
        "PixelSpacing": [4.0, 5.0],
        "Rows": pixels.shape[0],
        "Columns": pixels.shape[1],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "PixelRepresentation": 0,
        "BitsAllocated": pixels.itemsize * 8,
        "BitsStored": pixels.itemsize * 8,
        "HighBit": pixels.itemsize * 8 - 1,
        "PixelIntensityRelationship": "LIN",
        "PixelIntensityRelationshipSign": 1,
    }
    for keyword, setting in (settings | tags).items():
        if setting is not None:
            setattr(dataset, keyword, setting)
    dataset.add_new("PixelData", "OW" if pixels.itemsize == 2 else "OB", pixels.tobytes())
    return saved(dataset)


def ramp(top: int = 65535, dtype: type = np.uint16) -> np.ndarray:
    return np.tile(np.linspace(0, top, 40), (30, 1)).astype(dtype)


def saved(dataset: Dataset) -> bytes:
    target = io.BytesIO()
    dataset.save_as(target, enforce_file_format=True)
    return target.getvalue()
