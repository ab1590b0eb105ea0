"""Structures of items: members by the API's names, and what is noted to be missing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from config_items import item

from phiward.collectors.awsconfig.item import Item, MalformedError
from phiward.collectors.awsconfig.members import Members, NotRecordedError, noting


def members(**given: Any) -> Members:
    """Return a structure of a database instance."""
    return Members(given, "AWS::RDS::DBInstance")


@pytest.mark.parametrize("written", ["dBInstanceArn", "dbinstanceArn", "DBInstanceArn", "DbInstanceARN"])
def test_capitals_do_not_matter(written: str) -> None:
    """AWS Config writes one name in several ways."""
    structure = members(**{written: "arn:a"})

    assert structure["DBInstanceArn"] == structure.get("DBInstanceArn") == "arn:a"
    assert "DBInstanceArn" in structure


def test_the_exact_name_comes_first() -> None:
    """Names that people chose may differ by capitals alone."""
    structure = members(Mode="a", MODE="b", mode="c")

    assert [structure[name] for name in ("Mode", "MODE", "mode")] == ["a", "b", "c"]


def test_null_is_none_and_nothing_is_noted() -> None:
    """AWS Config writes null where the service says nothing."""
    with noting() as missed:
        assert members(kmsKeyId=None).get("KmsKeyId", "default") == "default"
        assert "KmsKeyId" not in members(kmsKeyId=None)

    assert missed == set()


def test_what_is_not_there_is_noted_with_its_place() -> None:
    """Deeper ones too, and in lists; and a structure that says nothing."""
    structure = members(endpoint={"address": "a"}, groups=[{"id": "1"}], certificateDetails={})

    with noting() as missed:
        assert structure.get("NetworkType") is None
        assert structure["Endpoint"].get("Port") is None
        assert [each.get("Status") for each in structure["Groups"]] == [None]
        assert structure.get("CertificateDetails") is None
        assert "MultiAZ" not in structure

    place = "AWS::RDS::DBInstance"
    assert missed == {
        f"{place} networktype",
        f"{place} endpoint.port",
        f"{place} groups.status",
        f"{place} certificatedetails",
        f"{place} multiaz",
    }


def test_what_is_noted_does_not_leave_its_own_circle() -> None:
    """One that notes within another keeps it to itself."""
    with noting() as outer:
        with noting() as inner:
            members().get("A")
        members().get("B")

    assert (len(inner), len(outer)) == (1, 1)


@pytest.mark.parametrize("given", [{}, {"dBInstanceArn": None}, {"dBInstanceArn": {}}])
def test_a_member_that_must_be_there_is_told_by_name(given: dict[str, Any]) -> None:
    """The error says whose item lacks what."""
    with pytest.raises(NotRecordedError, match="item of AWS::RDS::DBInstance does not hold DBInstanceArn"):
        members(**given)["DBInstanceArn"]


def test_a_wrapped_word_is_the_word() -> None:
    """As older items write enumerations, and elements of some lists."""
    structure = members(state={"value": "in-use"}, securityGroups=[{"value": "sg-1"}], odd={"value": {"a": 1}})

    assert structure["State"] == "in-use"
    assert structure["SecurityGroups"] == ["sg-1"]
    assert structure["Odd"]["Value"]["A"] == 1


@pytest.mark.parametrize("written", [1764554584, 1764554584000])
def test_a_time_in_numbers_is_a_time(written: int) -> None:
    """In seconds or milliseconds; other numbers stay numbers."""
    structure = members(createTime=written, size=written)

    assert structure["CreateTime"] == datetime(2025, 12, 1, 2, 3, 4, tzinfo=UTC)
    assert structure["Size"] == written


def test_both_forms_of_an_item_say_the_same() -> None:
    """A query's row and a delivered item differ at the top only."""
    one = item("AWS::EC2::VPC", "vpc-1", {"vpcId": "vpc-1"})
    other = {**one, "accountId": one["awsAccountId"], "tags": [{"key": "team", "value": "records", "tag": "x"}]}
    del other["awsAccountId"]

    first, second = Item(one, "a"), Item(other, "a")

    for name in ("type", "id", "arn", "account", "region", "tags", "captured", "configuration"):
        assert getattr(first, name) == getattr(second, name), name


@pytest.mark.parametrize("lacks", ["resourceType", "awsRegion", "awsAccountId", "resourceId"])
def test_an_item_says_what_it_is(lacks: str) -> None:
    """One that does not is none."""
    whole = item("AWS::EC2::VPC", "vpc-1", {"vpcId": "vpc-1"})
    del whole[lacks]

    with pytest.raises(MalformedError):
        Item(whole, "a")


def test_json_within_json_is_read() -> None:
    """However often it was wrapped up; text that is none stays as it is."""
    wrapped = {"A": '"{\\"b\\": 1}"', "B": "{no json", "C": None, "D": '{"a": 1}'}
    supplement = Item(item("AWS::S3::Bucket", "b", {}, supplement=wrapped), "a").supplement

    assert supplement.get("A")["b"] == 1
    assert supplement.get("B") == "{no json"
    assert supplement.get("C") is None
    assert supplement.get("D")["A"] == 1
    assert supplement.holds("C")
    assert not supplement.holds("E")
