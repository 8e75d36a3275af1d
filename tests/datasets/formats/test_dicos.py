"""DICOS digital X-ray images: what becomes of their tags, and what is refused."""

import io
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEGLSLossless

from cargoscope.datasets.formats.dicos import read_dicos
from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.formats.read import find_scans, read_files, read_scan
from cargoscope.errors import LimitError, ScanError
from tests.datasets.formats.dicos_files import dx, ramp


def read(*files: bytes, **options):
    return read_dicos([(f"{index}.dcs", data) for index, data in enumerate(files)], **options)


def test_a_single_image_is_a_scan_of_one_energy():
    scan = read(dx())
    (view,) = scan.views
    assert (scan.scan_id, scan.station_id) == ("1.2.3.1", "Gate-3")
    assert scan.taken_at == datetime(2026, 11, 22, 12, 0, 0, 250000, timezone(timedelta(hours=7)))
    assert np.array_equal(view.pixels, ramp()[None])
    assert (view.energies, view.pitch_mm, view.bits, view.name) == (("6MV",), (5.0, 4.0), 16, "side")
    assert 62000 < view.open_beam[0] <= 65535


def test_implicit_tags_are_read_too():
    assert np.array_equal(read(dx(syntax=ImplicitVRLittleEndian)).views[0].pixels, ramp()[None])


def test_images_of_a_series_are_energies_the_highest_first():
    scan = read(dx(KVP=4000, SOPInstanceUID="1.2.3.2", pixels=ramp(60000)), dx())
    assert scan.scan_id == "1.2.3"
    assert scan.views[0].energies == ("6MV", "4MV")
    assert scan.views[0].pixels[:, 0, -1].tolist() == [65535, 60000]


def test_detector_layers_tell_energies_apart_where_the_voltage_does_not():
    low = dx(KVP=160, LowEnergyDetectors="YES", HighEnergyDetectors="NO")
    high = dx(KVP=160, LowEnergyDetectors="NO", HighEnergyDetectors="YES")
    assert read(low, high).views[0].energies == ("high", "low")
    assert read(dx(KVP=None)).views[0].energies == ("unknown",)
    assert read(dx(KVP=160)).views[0].energies == ("160kV",)


def test_series_of_a_study_are_views():
    scan = read(
        dx(SeriesInstanceUID="1.2.3.9", SeriesNumber=2, SeriesDescription="top"),
        dx(SeriesDescription="side", SOPInstanceUID="1.5"),
    )
    assert [view.name for view in scan.views] == ["side 1", "top 2"]


@pytest.mark.parametrize(("bits", "dtype"), [(8, np.uint8), (12, np.uint16), (14, np.uint16)])
def test_fewer_bits_span_the_whole_range(bits: int, dtype: type):
    (view,) = read(dx(ramp(2**bits - 1, dtype), BitsStored=bits, HighBit=bits - 1)).views
    assert view.bits == bits
    assert (view.pixels.min(), view.pixels.max()) == (0, 65535)


def test_the_sign_says_where_the_beam_is_and_the_screen_does_not():
    turned = dx(65535 - ramp(), PixelIntensityRelationshipSign=-1, PhotometricInterpretation="MONOCHROME1")
    assert np.array_equal(read(turned).views[0].pixels, ramp()[None])


def test_spacing_at_the_detector_counts_only_with_a_magnification():
    assert read(dx(PixelSpacing=None, ImagerPixelSpacing=[4.0, 5.0])).views[0].pitch_mm is None
    told = dx(PixelSpacing=None, ImagerPixelSpacing=[4.0, 5.0], EstimatedRadiographicMagnificationFactor=2.0)
    assert read(told).views[0].pitch_mm == (2.5, 2.0)


def test_a_time_may_have_its_zone_elsewhere_or_take_the_one_that_is_given():
    parts = {"AcquisitionDateTime": None, "AcquisitionDate": "20261122", "AcquisitionTime": "120000"}
    assert read(dx(**parts)).taken_at == datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert read(dx(**parts, TimezoneOffsetFromUTC="-0330")).taken_at.utcoffset() == -timedelta(hours=3, minutes=30)


@pytest.mark.parametrize(
    ("tags", "sentence"),
    [
        (
            {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.501.1"},
            r"\(0008,0016\) SOPClassUID must be DICOS Digital X-Ray .* DICOS CT",
        ),
        ({"Rows": None}, r"\(0028,0010\) Rows is missing"),
        ({"Rows": 31}, r"\(7FE0,0010\) PixelData must be 2480 bytes, got 2400"),
        ({"Columns": 0}, r"an image of 0×30 pixels"),
        ({"BitsStored": 12}, r"needs 8\.\.16 bits in 8 or 16, got 12 \(high bit 15\) in 16"),
        ({"BitsStored": 12, "HighBit": 11}, r"12 bits are stored, but a pixel is 65535"),
        ({"PixelRepresentation": 1}, r"\(0028,0103\) PixelRepresentation must be 0, got '1'"),
        ({"SamplesPerPixel": 3}, r"SamplesPerPixel must be 1"),
        ({"PhotometricInterpretation": "RGB"}, r"must be MONOCHROME1 or MONOCHROME2, got 'RGB'"),
        ({"PixelIntensityRelationship": "LOG"}, r"\(0028,1040\) PixelIntensityRelationship must be LIN, got 'LOG'"),
        ({"PixelIntensityRelationship": None}, r"PixelIntensityRelationship is missing"),
        ({"NumberOfFrames": 2}, r"NumberOfFrames must be 1, got 2"),
        ({"RescaleSlope": 2}, r"RescaleSlope must be 1, got 2"),
        ({"StudyInstanceUID": None}, r"StudyInstanceUID is missing"),
        ({"AcquisitionDateTime": None}, r"AcquisitionDate is missing"),
        ({"PixelSpacing": [0.0001, 4]}, r"pitch must be"),
        (
            {"PixelSpacing": None, "ImagerPixelSpacing": [4, 4], "EstimatedRadiographicMagnificationFactor": 0},
            r"positive, got 0",
        ),
    ],
)
def test_what_the_tags_do_not_settle_is_refused(tags: dict, sentence: str):
    with pytest.raises(ScanError, match=sentence):
        read(dx(**tags))


def test_files_that_do_not_belong_together_are_refused():
    with pytest.raises(ScanError, match=r"1\.dcs: Study Instance UID must be 1\.2\.3 as in 0\.dcs, got 9"):
        read(dx(), dx(StudyInstanceUID="9"))
    with pytest.raises(
        ScanError, match=r"0\.dcs and 1\.dcs: neither \(0018,0060\) KVP nor .* tells their energies apart"
    ):
        read(dx(), dx())
    with pytest.raises(ScanError, match=r"1\.dcs: size and pitch must be those of 0\.dcs"):
        read(dx(), dx(KVP=4000, PixelSpacing=[4.0, 4.0]))
    with pytest.raises(ScanError, match="at least one file"):
        read()


@pytest.mark.parametrize("syntax", [JPEGLSLossless, DeflatedExplicitVRLittleEndian])
def test_compressed_pixels_are_refused_by_name_before_anything_is_unpacked(syntax: UID):
    data = dx()
    at = data.index(b"\x02\x00\x10\x00UI") + 6
    padded = syntax.encode() + b"\0" * (len(syntax) % 2)
    length = int.from_bytes(data[at : at + 2], "little")
    other = data[:at] + len(padded).to_bytes(2, "little") + padded + data[at + 2 + length :]
    with pytest.raises(ScanError, match=rf"must be uncompressed little endian, got .*\({syntax}\)"):
        read(other)


def test_limits_hold_before_pixels_are_touched():
    with pytest.raises(LimitError, match=r"0\.dcs: at most 100 pixels, got 40×30"):
        read(dx(), limits=Limits(max_pixels=100))
    with pytest.raises(LimitError, match=r"0\.dcs: at most 1000 bytes"):
        read(dx(), limits=Limits(max_bytes=1000))


def test_what_is_no_dicom_is_refused():
    for data in (b"", b"\0" * 128 + b"DICM", b"\0" * 200):
        with pytest.raises(ScanError, match=r"0\.dcs: "):
            read(data)


GOOD = dx()


@pytest.mark.filterwarnings("ignore::UserWarning")  # the library warns of values that break their form
@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(128, len(GOOD) - 2400), st.integers(0, 255)), min_size=1, max_size=6))
def test_damaged_files_never_raise_anything_else(damage: list[tuple[int, int]]):
    data = bytearray(GOOD)
    for place, byte in damage:
        data[place] = byte
    with suppress(ScanError):
        read(bytes(data))


@pytest.mark.filterwarnings("ignore::UserWarning")  # the library warns of values that break their form
@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(GOOD)), st.binary(max_size=60))
def test_files_that_end_early_or_go_on_never_raise_anything_else(length: int, more: bytes):
    with suppress(ScanError):
        read(GOOD[:length] + more)


def test_the_reader_of_everything_knows_dicos_by_content(tmp_path: Path):
    assert read_scan(io.BytesIO(dx()), "whatever.bin").scan_id == "1.2.3.1"
    (tmp_path / "a.dcs").write_bytes(dx())
    (tmp_path / "b.dcs").write_bytes(dx(KVP=4000, SOPInstanceUID="1.2.3.2"))
    (tmp_path / "c.DCM").write_bytes(dx(StudyInstanceUID="7.7"))
    (tmp_path / "d.dcs").write_bytes(b"nothing")
    scans = find_scans([tmp_path])
    assert [[path.name for path in scan.paths] for scan in scans] == [["a.dcs", "b.dcs"], ["c.DCM"], ["d.dcs"]]
    assert read_files(scans[0]).views[0].energies == ("6MV", "4MV")
    with pytest.raises(ScanError, match=r"d\.dcs: must be a scan package, PNG"):
        read_files(scans[2])


def test_uff_is_refused_in_words(tmp_path: Path):
    (tmp_path / "scan.uff").write_bytes(b"UFF?")
    (scan,) = find_scans([tmp_path])
    with pytest.raises(ScanError, match=r"scan\.uff: the WCO Unified File Format cannot be read: .* not public"):
        read_files(scan)
