"""What stations write beside their images: read in every version and encoding, refused in words, joined by name."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cargoscope.datasets.formats.station_xml import (
    MAX_BYTES,
    ContainerNumber,
    join_station_xml,
    read_station_xml,
    with_record,
)
from cargoscope.errors import MetadataError
from tests.builders import scan
from tests.datasets.real import real


def data_form(
    truck: str = "202611220001",
    date: str = "2026-11-22T12:00:00.250Z",
    container: str = "CSQU3054383",
    image: str = "202611220001S.jpg",
    namespace: str = "",
    version: str = "V01.07",
) -> str:
    return f"""<DataForm{f' xmlns="{namespace}"' if namespace else ""}><Version>{version}</Version>
<TruckId>{truck}</TruckId><Site>0042</Site><Date>{date}</Date>
<AdminData><Vehicle><PlateNumber>29C-123.45</PlateNumber><Trailers><Trailer><PlateNumber/><Containers>
<Container><ContainerId>{container}</ContainerId><OCR>98</OCR></Container><Container><ContainerId/><OCR>-1</OCR></Container>
</Containers></Trailer></Trailers></Vehicle></AdminData>
<ProcessInstructions><IsContainerEmpty>1</IsContainerEmpty></ProcessInstructions>
<Operations><Operation Type="1"><System>S-9</System><Resources>
<Resource Type="img" IsPreview="false" IsDeleted="false">{image}</Resource>
<Resource Type="img" IsPreview="true" IsDeleted="false">stamp.jpg</Resource>
<Resource Type="img" IsPreview="false" IsDeleted="true">gone.jpg</Resource>
<Resource Type="snap" IsPreview="false" IsDeleted="false">snap.jpg</Resource>
</Resources></Operation></Operations></DataForm>"""


MANIFEST = """<?xml version="1.0" encoding="utf-8"?>
<manifest>
  <accession>77001</accession>
  <system>P60</system>
  <createdate>2026-11-22T12:00:00+07:00</createdate>
  <attributes>
    <attribute name="Container2" />
    <attribute name="Container1">CSQU 305438-4</attribute>
    <attribute name="ANPR">29C-123.45</attribute>
  </attributes>
  <files>
    <file type="XRAYJPEG">77001-xray.jpg</file>
    <file type="SNAPSHOT">77001-2.jpg</file>
  </files>
</manifest>
"""


def read(text: str, **options):
    return read_station_xml(text.encode(), "gate.xml", **options)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("namespace", ["", "dataforms.model.cargovision.smiths.com"])
def test_a_data_form_is_read_whatever_its_encoding_and_namespace(encoding: str, namespace: str):
    record = read_station_xml(data_form(namespace=namespace, version="V01.20").encode(encoding), "gate.xml")
    assert (record.schema, record.scan_id, record.site) == ("DataForm V01.20", "202611220001", "0042")
    assert record.taken_at == datetime(2026, 11, 22, 12, 0, 0, 250000, UTC)
    assert (record.scanner, record.plate, record.trailer_plates) == ("S-9", "29C-123.45", ())
    assert record.containers == (ContainerNumber("CSQU3054383", True, 98),)
    assert record.declared_empty is True


def test_the_images_of_a_record_are_its_scans_only():
    record = read(data_form())
    assert record.scan_images == ("202611220001S.jpg",)
    assert [file.name for file in record.files] == ["202611220001S.jpg", "stamp.jpg", "snap.jpg"]


def test_a_manifest_is_read():
    record = read(MANIFEST)
    assert (record.schema, record.scan_id, record.scanner, record.plate) == ("manifest", "77001", "P60", "29C-123.45")
    assert record.taken_at == datetime(2026, 11, 22, 12, tzinfo=timezone(timedelta(hours=7)))
    assert record.scan_images == ("77001-xray.jpg",)
    assert record.declared_empty is None


def test_a_wrong_check_digit_is_told_and_kept_as_it_stands():
    assert read(MANIFEST).containers == (ContainerNumber("CSQU3054384", False, None),)


def test_a_time_without_a_zone_needs_one():
    with pytest.raises(MetadataError, match=r"gate\.xml: <Date> says no time zone"):
        read(data_form(date="2026-11-22T12:00:00"))
    assert read(data_form(date="2026-11-22T12:00:00"), zone=UTC).taken_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", r"line 1, column 1: no element found"),
        (data_form()[:300], r"gate\.xml: line 4, column \d+: .*, inside <"),
        (data_form().replace("</Site>", "</Sight>"), r"line 2, column \d+: mismatched tag, inside <Site> of line 2"),
        ("<DataForm><TruckId>1</TruckId></DataForm>", r"<DataForm> needs <AdminData> with a <Vehicle>"),
        (data_form(truck=""), r"<TruckId> must be 1\.\.128 .*got '' \(line 2\)"),
        (data_form(truck="../../etc"), r"<TruckId> must be"),
        (data_form(date="yesterday"), r"<Date> must be a date and time, got 'yesterday' \(line 2\)"),
        (data_form(date="0001-01-01T00:00:00+14:00"), r"<Date> must be a date and time"),
        (data_form(image="../../../etc/passwd"), r"line 8: <Resource> must be a bare file name"),
        (data_form(image="C:\\scans\\a.jpg"), r"must be a bare file name"),
        ("<html/>", r"the root must be one of \['DataForm', 'manifest'\], got <html>"),
        ("<manifest/>", r"<accession> must be 1\.\.128 .* \(the tag is missing\)"),
        ('<?xml version="1.0" encoding="klingon"?><manifest/>', r"gate\.xml: line 1"),
        ("<a>" * 70 + "</a>" * 70, r"<a> lies more than 64 levels deep"),
        ("<a>" + "<b/>" * 20_000 + "</a>", r"at most 20000 elements"),
        ("<a>" + " " * MAX_BYTES + "</a>", r"at most 1048576 bytes"),
    ],
)
def test_bad_files_are_named_with_the_line_or_the_tag(text: str, sentence: str):
    with pytest.raises(MetadataError, match=sentence):
        read(text)


def test_entities_are_never_expanded_nor_fetched(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    for entity in ('"lol"', f'SYSTEM "file://{secret}"'):
        with pytest.raises(MetadataError, match=r"document types are refused, got <!DOCTYPE DataForm>"):
            read(f"<!DOCTYPE DataForm [<!ENTITY x {entity}>]>" + data_form(truck="&x;"))


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(MetadataError, match=r"gone\.xml: cannot be read"):
        read_station_xml(tmp_path / "gone.xml")


def test_records_and_images_meet_by_the_name_of_the_image(tmp_path: Path):
    (tmp_path / "a.xml").write_text(data_form())
    (tmp_path / "b.xml").write_text(MANIFEST)
    (tmp_path / "c.xml").write_text("<html/>")
    joined = join_station_xml(tmp_path.glob("*.xml"))
    assert joined.record_for(tmp_path / "202611220001s.JPG") == read_station_xml(tmp_path / "a.xml")
    assert joined.record_for(tmp_path / "stamp.jpg") is None
    assert len(joined.problems) == 1
    assert joined.problems[0].startswith("c.xml: line 1: the root must be")


def test_an_image_that_two_records_name_belongs_to_neither(tmp_path: Path):
    (tmp_path / "a.xml").write_text(data_form())
    (tmp_path / "b.xml").write_text(data_form(truck="other"))
    joined = join_station_xml(tmp_path.glob("*.xml"))
    assert joined.by_image == {}
    assert joined.problems == ("202611220001s.jpg: named by a.xml and by b.xml",)


def test_a_scan_takes_id_and_time_from_its_record():
    told = with_record(scan(), read(data_form()))
    assert (told.scan_id, told.station_id) == ("202611220001", "gate-1")
    assert told.taken_at == datetime(2026, 11, 22, 12, 0, 0, 250000, UTC)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["utf-8", "utf-16"]), st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=8))
def test_damaged_files_never_raise_anything_else(encoding: str, damage: list[tuple[int, int]]):
    data = bytearray(data_form().encode(encoding))
    for place, byte in damage:
        data[place % len(data)] = byte
    with suppress(MetadataError):
        read_station_xml(bytes(data), "gate.xml")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes):
    for head in (b"", b'<?xml version="1.0" encoding="', b"<manifest>", b"\xff\xfe"):
        with suppress(MetadataError):
            read_station_xml(head + data, "gate.xml")


def test_the_files_of_real_scanners_are_read():
    paths = sorted(real("vendor_scan_metadata_xml").glob("*.xml"))
    records = [read_station_xml(path) for path in paths]
    assert len(records) == 17
    assert {record.schema for record in records} == {"DataForm V01.07", "DataForm V01.20", "manifest"}
    for path, record in zip(paths, records, strict=True):
        assert record.scan_id.lower() == path.stem or path.stem == "virasana_ex1"
        assert record.containers
        assert all(container.check_digit_ok for container in record.containers)
        assert record.scan_images
        assert record.site or record.scanner
    assert not join_station_xml(paths).problems
