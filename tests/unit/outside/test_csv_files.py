"""CSV files as spreadsheets save them, in whatever encoding, read again when they change."""

import os

import pytest

from switchboard.outside.csv_files import CsvSource, decoded
from switchboard.ports.sources import RowQuery, SourceFault

TEXT = "邮编,网点,电话,地址\n200001,南京东路,021-1,上海市黄浦区\n100001,王府井,010-1,北京市东城区\n"
COLUMNS = {"postcode": "邮编", "name": "网点", "phone": "电话", "address": "地址"}


def names(source, **by) -> list[str]:
    return [row["name"] for row in source.find_rows(RowQuery(by, 9))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_is_read_as_a_spreadsheet_saved_it(tmp_path, encoding, delimiter):
    file = tmp_path / "outlets.csv"
    file.write_bytes(TEXT.replace(",", delimiter).replace("\n", "\r\n").encode(encoding))
    assert names(CsvSource(file, COLUMNS), postcode="200001") == ["南京东路"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("编号,电话\n1,王小明\n", "gb18030"),
        ("编号,电话\n1,张喆\n", "gb18030"),
        ("id,name\n1,Müller\n2,José\n3,Zoë\n", "cp1252"),
        ("編號,電話\n1,王小明\n2,臺北市信義區\n3,新竹縣竹北市\n4,請撥打服務專線\n", "big5"),
        ("id,name\n1,Ольга Петрова\n2,Иван Сидоров\n3,Москва, Тверская улица\n", "cp1251"),
        ("", "utf-8"),
    ],
)
def test_few_words_are_enough_to_tell_the_encoding(text, encoding):
    assert decoded(text.encode(encoding)) == text


def test_who_says_the_encoding_is_believed(tmp_path):
    file = tmp_path / "outlets.csv"
    file.write_bytes("postcode,name\n1,éé\n".encode("cp1252"))
    assert names(CsvSource(file, {}, "cp1252"), postcode="1") == ["éé"]
    with pytest.raises(SourceFault, match="write `encoding:` in the settings"):
        names(CsvSource(file, {}, "utf-8"), postcode="1")


def test_a_file_that_changed_is_read_again_and_else_it_is_not(tmp_path):
    file = tmp_path / "outlets.csv"
    file.write_text("postcode,name\n1,old\n")
    os.utime(file, ns=(1, 1))
    source = CsvSource(file, {})
    assert names(source, postcode="1") == ["old"]
    file.write_text("postcode,name\n1,new\n")
    os.utime(file, ns=(1, 1))
    assert names(source, postcode="1") == ["old"]
    os.utime(file, ns=(2, 2))
    assert names(source, postcode="1") == ["new"]


def test_rows_may_be_short_quoted_and_padded(tmp_path):
    file = tmp_path / "outlets.csv"
    file.write_text('postcode,name,phone\n 1 ,"Nan""jing, East"\n2,x,y,z\n')
    source = CsvSource(file, {})
    assert names(source, postcode="1") == ['Nan"jing, East']
    assert names(source, postcode="2", phone="y") == ["x"]
    assert names(source, nothing="1") == []


def test_rows_are_ordered_and_no_more_come_than_are_enough(tmp_path):
    file = tmp_path / "outlets.csv"
    file.write_text("name,day,kind\na,2026-01-02,x\nb,2026-01-03,x\nc,2026-01-01,x\n")
    query = RowQuery({"kind": "x"}, 2, order_by="day", newest_first=True)
    assert [row["name"] for row in CsvSource(file, {}).find_rows(query)] == ["b", "a"]


def test_what_cannot_be_read_is_told(tmp_path):
    with pytest.raises(SourceFault, match="cannot be read: No such file"):
        names(CsvSource(tmp_path / "nothing.csv", {}), name="1")


def test_a_file_is_never_written_to(tmp_path):
    source = CsvSource(tmp_path / "outlets.csv", {})
    with pytest.raises(SourceFault, match="only read"):
        source.create_row({"name": "x"}, key="c1-1")
    with pytest.raises(SourceFault, match="only read"):
        source.update_row({"name": "x"}, {"name": "y"}, key="c1-1")
