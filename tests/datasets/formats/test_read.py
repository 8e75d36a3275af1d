"""Plain images as scans: what is kept, what is guessed, what is refused."""

import io
import os
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st

from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.formats.package import write_package
from cargoscope.datasets.formats.read import ScanFiles, find_scans, read_files, read_scan
from cargoscope.errors import LimitError, ScanError
from tests.builders import NOON, cargo_view, scan

GRADIENT = np.linspace(0, 65535, 48 * 64).reshape(48, 64).astype(np.uint16)
GREY8 = (GRADIENT >> 8).astype(np.uint8)


def encoded(suffix: str, image: np.ndarray, *options: int) -> bytes:
    done, data = cv2.imencode(suffix, image, options)
    assert done
    return data.tobytes()


def tiff(image: np.ndarray, **options) -> bytes:
    target = io.BytesIO()
    tifffile.imwrite(target, image, **({"photometric": "minisblack", "metadata": None} | options))
    return target.getvalue()


def read(data: bytes, name: str = "gate.img", **options):
    return read_scan(io.BytesIO(data), name, taken_at=NOON, **options)


def coloured(share: float = 1.0) -> np.ndarray:
    picture = np.repeat(GREY8[:, :, None], 3, axis=2)
    columns = round(64 * share)
    picture[:, :columns] = (200, 120, 30)
    return picture


def test_sixteen_bits_stay_as_they_are():
    for data in (encoded(".png", GRADIENT), tiff(GRADIENT), tiff(GRADIENT, byteorder=">")):
        (view,) = read(data).views
        assert np.array_equal(view.pixels, GRADIENT[None])
        assert view.pixels.dtype.isnative
        assert (view.bits, view.energies, view.pitch_mm) == (16, ("unknown",), None)


def test_eight_bits_span_the_whole_range_and_say_so():
    for data in (encoded(".png", GREY8), tiff(GREY8)):
        (view,) = read(data).views
        assert np.array_equal(view.pixels[0], GREY8.astype(np.uint16) * 257)
        assert view.bits == 8


def test_the_content_decides_not_the_name():
    assert read(encoded(".png", GRADIENT), "photo.jpg").views[0].bits == 16


@pytest.mark.parametrize("compression", [None, "lzw", "zlib", "packbits", "zstd"])
@pytest.mark.parametrize("predictor", [False, True])
def test_lossless_tiffs_are_read(compression: str | None, predictor: bool):
    usable = predictor and compression not in (None, "packbits")
    (view,) = read(tiff(GRADIENT, compression=compression, predictor=usable)).views
    assert np.array_equal(view.pixels[0], GRADIENT)


def test_pages_and_samples_of_a_tiff_are_energies():
    two = np.stack([GRADIENT, GRADIENT // 2])
    interleaved = tiff(np.moveaxis(two, 0, 2), planarconfig="contig", extrasamples=["unspecified"])
    for data in (tiff(two), tiff(two, planarconfig="separate", extrasamples=["unspecified"]), interleaved):
        (view,) = read(data).views
        assert np.array_equal(view.pixels, two)
        assert view.energies == ("high", "low")
    assert read(tiff(np.stack([GRADIENT] * 3))).views[0].energies == ("energy-1", "energy-2", "energy-3")


def test_tiles_and_bigtiff_are_read():
    assert np.array_equal(read(tiff(GRADIENT, tile=(16, 32))).views[0].pixels[0], GRADIENT)
    assert np.array_equal(read(tiff(GRADIENT, bigtiff=True)).views[0].pixels[0], GRADIENT)


def test_white_is_air_also_where_a_tiff_stores_white_as_zero():
    assert np.array_equal(read(tiff(GRADIENT, photometric="miniswhite")).views[0].pixels[0], 65535 - GRADIENT)


def test_three_equal_channels_are_one_energy():
    picture = np.repeat(GREY8[:, :, None], 3, axis=2)
    for data in (encoded(".png", picture), tiff(picture, photometric="rgb"), encoded(".jpg", picture)):
        assert read(data).views[0].pixels.shape == (1, 48, 64)
    jpeg = cv2.imdecode(np.frombuffer(encoded(".jpg", picture), np.uint8), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(read(encoded(".jpg", picture)).views[0].pixels[0], jpeg[:, :, 0].astype(np.uint16) * 257)


def test_colour_rounding_of_a_jpeg_is_still_grey():
    picture = np.repeat(GREY8[:, :, None], 3, axis=2)
    picture[::2, :, 1] = np.minimum(picture[::2, :, 1], 250) + 5
    assert read(encoded(".png", picture)).views[0].pixels.shape[0] == 1


def test_pseudo_colour_is_refused_with_the_reason_unless_asked_for():
    for data in (encoded(".png", coloured()), encoded(".jpg", coloured()), tiff(coloured(), photometric="rgb")):
        with pytest.raises(ScanError, match=r"gate\.img: a pseudo-colour picture \(100% .*cannot be recovered"):
            read(data)
        assert read(data, pseudo_colour=True).views[0].pixels.shape == (1, 48, 64)


def test_brightness_weighs_red_green_and_blue_in_that_order():
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[:, :, 2] = 200  # OpenCV's order: blue, green, red
    assert read(encoded(".png", picture), pseudo_colour=True).views[0].pixels.max() == round(0.299 * 200) * 257


def test_curves_drawn_over_a_grey_scan_are_refused_as_that():
    with pytest.raises(ScanError, match=r"a grey picture with colours on 4\.7% of it: curves or text"):
        read(encoded(".png", coloured(share=0.05)))


def test_alpha_is_dropped_where_it_says_nothing_and_refused_where_it_cuts():
    picture = np.repeat(GREY8[:, :, None], 4, axis=2)
    picture[:, :, 3] = 255
    assert read(encoded(".png", picture)).views[0].pixels.shape == (1, 48, 64)
    picture[:20, :, 3] = 0
    with pytest.raises(ScanError, match=r"alpha must be the same everywhere, got 0\.\.255"):
        read(encoded(".png", picture))


def test_orientation_in_exif_does_not_turn_a_scan():
    jpeg = encoded(".jpg", GREY8)
    turned = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    data = jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(turned) + 2) + turned + jpeg[2:]
    assert read(data).views[0].size_wh == (64, 48)


def test_open_beam_is_the_air_not_a_hot_row():
    rng = np.random.default_rng(0)
    picture = rng.normal(59500, 150, (400, 600)).astype(np.uint16)
    picture[100:300, 100:500] = 20000
    picture[7] = 65535
    assert read(encoded(".png", picture)).views[0].open_beam[0] == pytest.approx(59500, abs=60)


def test_a_black_picture_is_refused():
    with pytest.raises(ScanError, match="all black"):
        read(encoded(".png", np.zeros((9, 9), np.uint16)))


def test_a_plain_image_is_named_by_its_file_and_its_content(tmp_path: Path):
    path = tmp_path / "xe tải #7.png"
    path.write_bytes(encoded(".png", GRADIENT))
    os.utime(path, (1_700_000_000, 1_700_000_000))
    one = read_scan(path)
    assert one.scan_id.startswith("xe-t-i-7-")
    assert one.taken_at == datetime.fromtimestamp(1_700_000_000, UTC)
    assert one.station_id == "unknown"
    path.write_bytes(encoded(".png", GRADIENT // 2))
    assert read_scan(path).scan_id != one.scan_id
    assert read(encoded(".png", GRADIENT), "###.png").scan_id.startswith("scan-")


def test_a_package_is_read_through_the_same_door(tmp_path: Path):
    write_package(tmp_path / "a.zip", scan(cargo_view()))
    assert read_scan(tmp_path / "a.zip").scan_id == "scan-1"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "must be a scan package, PNG, TIFF or JPEG, or a DICOS image, got 0 bytes"),
        (b"GIF89a" + bytes(50), "begin with b'GIF89a"),
        (b"PK\x03\x04" + bytes(50), "a damaged scan package"),
        (b"\x89PNG\r\n\x1a\n", "a damaged PNG"),
        (b"\xff\xd8\xff\xe0", "a damaged JPEG"),
        (b"II*\0", "a damaged TIFF"),
        (b"II*\0\x08\0\0\0\0\0\0\0\0\0", "a damaged TIFF file: its size is \\(0, 0, 1, 1\\)"),
        (encoded(".png", GREY8, cv2.IMWRITE_PNG_BILEVEL, 1), "8 or 16 bits a sample, got 1"),
        (tiff(GRADIENT.astype(np.float32)), "unsigned 8 or 16 bit, got 32 bit float32"),
        (tiff(GRADIENT.astype(np.int16)), "unsigned 8 or 16 bit, got 16 bit int16"),
        (tiff(GREY8, compression="jpeg"), "needs lossless compression, got JPEG"),
        (tiff(np.stack([coloured()] * 2), photometric="rgb"), r"3 samples a pixel on 2 page\(s\)"),
    ],
)
def test_what_is_no_scan_is_refused_with_name_and_value(data: bytes, sentence: str):
    with pytest.raises(ScanError, match=sentence) as refusal:
        read(data)
    assert str(refusal.value).startswith("gate.img")


def test_pages_of_different_sizes_are_refused():
    target = io.BytesIO()
    with tifffile.TiffWriter(target) as writer:
        for page in (GRADIENT, GRADIENT[:40]):
            writer.write(page, photometric="minisblack", metadata=None)
    with pytest.raises(ScanError, match=r"page 1: all pages must be alike, got \(40, 64\)"):
        read(target.getvalue())


def png_header(width: int, height: int) -> bytes:
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 16, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n\0\0\0\r" + chunk + struct.pack(">I", zlib.crc32(chunk))


def test_bombs_are_refused_by_their_headers():
    jpeg = bytearray(encoded(".jpg", GREY8))
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    with pytest.raises(LimitError, match="at most 200000000 pixels, got 65535×65535"):
        read(bytes(jpeg))
    with pytest.raises(LimitError, match="at most 200000000 pixels, got 1000000×1000000"):
        read(png_header(1_000_000, 1_000_000))
    with pytest.raises(LimitError, match="at most 1000 pixels, got 64×48 = 3072"):
        read(tiff(GRADIENT), limits=Limits(max_pixels=1000))
    with pytest.raises(LimitError, match="at most 8 energies, got 9"):
        read(tiff(np.stack([GRADIENT] * 9)))
    with pytest.raises(LimitError, match="at most 100 bytes, got 101"):
        read(encoded(".png", GRADIENT), limits=Limits(max_bytes=100))
    with pytest.raises(LimitError, match=r"decoded: at most 12000 bytes, got 12288"):
        read(tiff(np.zeros((2, 48, 64), np.uint16), compression="zlib"), limits=Limits(max_bytes=12_000))


@pytest.mark.parametrize("compression", ["zlib", "zstd", "lzw", "packbits"])
def test_a_strip_that_unpacks_to_more_than_its_rows_is_not_believed(compression: str):
    """The strip of a large black picture, under the tags of a small one."""
    large = tiff(np.zeros((2000, 3000), np.uint16), compression=compression, rowsperstrip=2000)
    patched = bytearray(large)
    with tifffile.TiffFile(io.BytesIO(large)) as file:
        for name, value in (("ImageWidth", 8), ("ImageLength", 6), ("RowsPerStrip", 6)):
            tag = file.pages[0].tags[name]
            struct.pack_into("<H" if tag.dtype == tifffile.DATATYPE.SHORT else "<I", patched, tag.valueoffset, value)
    try:
        (view,) = read(bytes(patched)).views
    except ScanError as error:
        assert "damaged TIFF" in str(error) or "all black" in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert view.size_wh == (8, 6)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_truncated_images_are_refused_in_a_sentence(share: float):
    noise = np.random.default_rng(0).integers(0, 65536, (64, 64)).astype(np.uint16)
    small = (noise >> 8).astype(np.uint8)
    for data in (encoded(".png", noise), tiff(noise), tiff(noise, compression="zlib"), encoded(".jpg", small)):
        with pytest.raises(ScanError, match=r"gate\.img"):
            read(data[: int(len(data) * share)])


@given(st.sampled_from(["png", "tiff", "deflate", "jpeg"]), st.data())
@settings(max_examples=200, deadline=None)
def test_damage_never_leaves_as_anything_but_a_scan_error(kind: str, data: st.DataObject):
    small = np.random.default_rng(0).integers(1, 65536, (24, 24)).astype(np.uint16)
    whole = {
        "png": lambda: encoded(".png", small), "tiff": lambda: tiff(small), "jpeg": lambda: encoded(".jpg", small >> 8),
        "deflate": lambda: tiff(np.stack([small, small]), compression="zlib", predictor=True),
    }[kind]()  # fmt: skip
    hit = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        hit[data.draw(st.integers(0, len(hit) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(bytes(hit), limits=Limits(max_pixels=1_000_000, max_bytes=10_000_000), pseudo_colour=True)
    except ScanError as error:
        assert str(error)  # noqa: PT017 - either outcome is right


def test_folders_are_searched_and_pairs_grouped(tmp_path: Path):
    names = ["a.scan", "sub/b_high.png", "sub/b_low.png", "sub/c_high.png", "sub/d_low.tif", "e.JPG", "notes.txt"]
    for name in [*names, ".hidden.png"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [[path.name for path in files.paths] for files in find_scans([tmp_path, tmp_path / "a.scan"])]
    assert found == [["a.scan"], ["e.JPG"], ["b_high.png", "b_low.png"], ["c_high.png"], ["d_low.tif"]]
    assert find_scans([tmp_path / "notes.txt"]) == [ScanFiles((tmp_path / "notes.txt",))]


def test_the_halves_of_a_pair_may_be_named_one_by_one(tmp_path: Path):
    low, high = tmp_path / "b_low.png", tmp_path / "b_high.png"
    assert find_scans([low, high]) == [ScanFiles((high, low))]


def test_a_pair_is_one_scan_with_two_energies(tmp_path: Path):
    for energy, image in (("high", GRADIENT), ("low", GRADIENT // 2)):
        (tmp_path / f"b_{energy}.png").write_bytes(encoded(".png", image))
    (files,) = find_scans([tmp_path])
    one = read_files(files)
    assert np.array_equal(one.views[0].pixels, np.stack([GRADIENT, GRADIENT // 2]))
    assert one.views[0].energies == ("high", "low")
    assert one.scan_id.startswith("b-")


def test_a_pair_of_different_sizes_is_refused(tmp_path: Path):
    (tmp_path / "b_high.png").write_bytes(encoded(".png", GRADIENT))
    (tmp_path / "b_low.png").write_bytes(encoded(".png", GRADIENT[:40]))
    with pytest.raises(ScanError, match=r"b_high\.png \+ b_low\.png: a pair needs one plane each of the same size"):
        read_files(find_scans([tmp_path])[0])


def test_folders_without_scans_and_files_that_are_not_there_are_said(tmp_path: Path):
    for path, sentence in ((tmp_path, "a folder without scans"), (tmp_path / "gone.png", "cannot be read")):
        with pytest.raises(ScanError, match=sentence):
            read_files(find_scans([path])[0])


def test_a_chunk_that_is_longer_than_the_file_is_refused_before_memory_is_reserved():
    data = bytearray(encoded(".png", GRADIENT))
    at = data.index(b"IDAT") - 4
    data[at : at + 4] = (2**31 - 1).to_bytes(4, "big")
    with pytest.raises(ScanError, match=r"a truncated PNG file: chunk b'IDAT' goes to byte 2147483\d+ of"):
        read(bytes(data))


def test_a_changed_bit_in_a_png_is_noticed():
    data = bytearray(encoded(".png", GRADIENT))
    data[data.index(b"IDAT") + 9] ^= 1
    with pytest.raises(ScanError, match=r"chunk b'IDAT' at byte \d+ has another checksum"):
        read(bytes(data))


def test_a_tag_with_many_values_where_one_belongs_is_refused():
    data = bytearray(tiff(GRADIENT))
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        width, strips = (file.pages[0].tags[name] for name in ("ImageWidth", "StripOffsets"))
    struct.pack_into("<I", data, width.offset + 4, 1000)
    struct.pack_into("<I", data, width.offset + 8, strips.valueoffset)
    with pytest.raises(ScanError, match=r"a damaged TIFF file: its size is \("):
        read(bytes(data))


def test_a_tile_larger_than_any_scan_is_refused():
    data = bytearray(tiff(GRADIENT, tile=(16, 16)))
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        tags = [file.pages[0].tags[name] for name in ("TileWidth", "TileLength")]
    for tag in tags:
        struct.pack_into("<H" if tag.dtype == tifffile.DATATYPE.SHORT else "<I", data, tag.valueoffset, 65520)
    with pytest.raises(LimitError, match="one tile: at most 200000000 pixels, got 65520×65520"):
        read(bytes(data))


def test_animations_are_refused():
    data = encoded(".png", GRADIENT)
    control = b"acTL" + struct.pack(">II", 2, 0)
    animated = data[:33] + struct.pack(">I", 8) + control + struct.pack(">I", zlib.crc32(control)) + data[33:]
    with pytest.raises(ScanError, match="an animated PNG"):
        read(animated)


def test_files_of_a_scan_are_limited_together_before_the_rest_is_read(tmp_path: Path):
    paths = tuple(tmp_path / f"{name}.dcs" for name in ("a", "b", "missing"))
    for path in paths[:2]:
        path.write_bytes(bytes(100))
    with pytest.raises(LimitError, match=r"b\.dcs and the files before it: at most 150 bytes, got 200"):
        read_files(ScanFiles(paths), Limits(max_bytes=150))
