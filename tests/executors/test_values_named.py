"""Values as their measure's type, said one by one: what is read, what is asked, what is sent back."""

import pytest

from trialrun.journey.values import Asked, Unreadable, as_measured, as_name, quoted, typed
from trialrun.protocol.language import Measure

NUMBER, WHOLE, PRESENCE = Measure("weight", unit="kg"), Measure("n", "integer"), Measure("seen", role="presence")
YES, DAY, TEXT = Measure("fit", "yes/no"), Measure("onset", "date"), Measure("term", "text")
CODE = Measure("response", "code", codes=("CR", "no response", "Month 3", "m 4", "M  4"))
ARM = Measure("arm", "code", codes=("A", "B 2"), role="arm")
ASKED, BACK = "asked", "sent back"


def read(measure, value):
    try:
        return as_measured(measure, value)
    except Asked:
        return ASKED
    except Unreadable:
        return BACK


@pytest.mark.parametrize("value", [1e301, -1e301, 10**301, -(10**301), "1e400", float("inf"), float("-inf"), float("nan")])
@pytest.mark.parametrize("measure", [NUMBER, WHOLE])
def test_no_number_is_larger_than_what_is_measured(measure, value):
    assert read(measure, value) == BACK


@pytest.mark.parametrize("value", [1e300, -1e300, 10**300, 0.5, 3, 0, -2])
def test_a_number_is_what_it_is(value):
    assert read(NUMBER, value) == value


@pytest.mark.parametrize(
    "text, found",
    [
        ("0", 0), (" 7.5 ", 7.5), ("\t1\n", 1), ("+3", 3), ("-3", -3), (".5", 0.5), ("5.", 5), ("1e2", 100), ("1E-2", 0.01), ("0,4", 0.4), (",5", 0.5),
        ("-1,5", -1.5), ("0,126", 0.126), ("1,0261", 1.0261), ("1026,126", 1026.126), ("1,026", ASKED), ("-1,026", ASKED), ("10,261", ASKED),
        ("999,999", ASKED), ("1,026,000", 1026000), ("1,026,000.5", 1026000.5), ("1,026.5", 1026.5), ("1.026,5", 1026.5), ("1.026.000", 1026000),
        ("1.026.000,25", 1026000.25), ("1 026", 1026), ("1 026,5", 1026.5), ("1 026.5", 1026.5), ("1'026'000", 1026000), ("-1 026", -1026),
        ("1\u00a0026", 1026), ("1\u202f026", 1026), ("1.5", 1.5), ("1,02,6", BACK), ("01,026", 1.026), ("12 percent", BACK), ("", BACK), ("four", BACK),
        ("1 0265", BACK), ("1,0265.5", BACK), ("0x10", BACK), ("1e", BACK), ("1e400", BACK), ("٣", BACK), ("True", BACK),
    ],
)  # fmt: skip
def test_a_number_written_as_text_has_one_reading_or_is_asked(text, found):
    assert read(NUMBER, text) == found


@pytest.mark.parametrize(
    "value, found",
    [
        (3, 3),
        (3.0, 3),
        ("3", 3),
        ("2.0", 2),
        (2.5, ASKED),
        ("2,5", ASKED),
        ("1,026", ASKED),
        ("1e2", 100),
        (True, BACK),
        (None, None),
        ([1], BACK),
        ({}, BACK),
    ],
)
def test_a_whole_number_is_whole(value, found):
    said = read(WHOLE, value)
    assert said == found and (found in (ASKED, BACK, None) or type(said) is int)


def test_yes_and_no_are_no_numbers_but_of_a_presence():
    assert (read(NUMBER, True), read(NUMBER, False)) == (BACK, BACK)
    assert (read(PRESENCE, True), read(PRESENCE, False)) == (1, 0)


@pytest.mark.parametrize(
    "value, found",
    [
        (True, True), (False, False), (1, True), (0, False), (1.0, True), (2, BACK), (-1, BACK), ("yes", True), (" No\n", False), ("Y", True), ("n", False),
        ("TRUE", True), ("false", False), ("1", BACK), ("perhaps", BACK), ("", BACK), ([], BACK), (None, None), ("\u00a0yes", BACK),
    ],
)  # fmt: skip
def test_yes_or_no(value, found):
    assert read(YES, value) is found or read(YES, value) == found == BACK


@pytest.mark.parametrize(
    "value, found",
    [
        ("2012-02-29", "2012-02-29"), (" 2012-02 ", "2012-02"), ("2012", "2012"), ("2011-02-29", BACK), ("2012-13", BACK), ("0000", BACK),
        ("20120229", BACK), ("2012-2-9", BACK), (2012, BACK), (True, BACK), ("", BACK), (None, None),
    ],
)  # fmt: skip
def test_a_date_exists_or_is_known_in_part(value, found):
    assert read(DAY, value) == found


@pytest.mark.parametrize(
    "value, found", [("a", "a"), (12, "12"), (12.0, "12"), (1.5, "1.5"), (True, "True"), (None, None), (["a"], BACK), ({}, BACK)]
)
def test_text_is_text_and_a_number_is_written_as_one(value, found):
    assert read(TEXT, value) == found


@pytest.mark.parametrize(
    "value, found",
    [
        ("CR", "CR"), ("cr", "CR"), ("No  Response", "no response"), ("no-response", "no response"), ("month 03", "Month 3"), ("month 30", "month 30"),
        ("PR", "PR"), ("", ""), ("M 4", "M 4"), ("m 4", "m 4"), (7, "7"),
    ],
)  # fmt: skip
def test_a_code_matches_as_a_name_and_what_is_none_stays_as_recorded(value, found):
    assert read(CODE, value) == found


@pytest.mark.parametrize("value, found", [("A", "A"), ("a", "A"), ("b-02", "B 2"), ("C", BACK), ("", BACK), (None, None)])
def test_an_arm_is_one_of_the_study(value, found):
    assert read(ARM, value) == found


@pytest.mark.parametrize(
    "text, found",
    [
        ("Month 03", "month 3"),
        ("MONTH_3", "month 3"),
        ("Month 0", "month 0"),
        ("00", "0"),
        ("a01b", "a 1 b"),
        ("x-007", "x 7"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_names_match_without_case_marks_and_leading_noughts(text, found):
    assert as_name(text) == found


@pytest.mark.parametrize(
    "value, found",
    [(3.0, "3"), (2.0**53, "9007199254740992.0"), (2.0**53 - 1, "9007199254740991"), (2.5, "2.5"), ("a", "'a'"), (True, "True")],
)
def test_whole_numbers_are_quoted_without_a_point(value, found):
    assert quoted(value) == found


def test_an_entry_s_values_are_typed_by_name_and_what_is_not_used_is_said():
    items = {m.name: m for m in (Measure("blood_count"), WHOLE, Measure("dose of A"))}
    found, unread = typed(items, {"blood count": "7,5", "n": 2.5, "other": 1, "dose of A": 3})
    assert found == {"blood_count": 7.5, "dose of A": 3}
    assert [(u.item, u.kind, u.sent_back) for u in unread] == [("n", "ambiguous", False), ("other", "unknown item", False)]
    assert [(u.item, u.kind, u.sent_back) for u in typed(items, {"n": "x"})[1]] == [("n", "unreadable", True)]
    assert typed(items, None) == ({}, ()) and typed(items, {"n": None}) == ({"n": None}, ())


def test_a_value_recorded_twice_is_used_once_where_both_say_the_same():
    items = {"a_b": Measure("a_b")}
    assert typed(items, {"a_b": 1, "a b": "1"}) == ({"a_b": 1}, ())
    found, unread = typed(items, {"a_b": 1, "a b": 2})
    assert found == {"a_b": 1} and [(u.item, u.kind, u.sent_back) for u in unread] == [("a b", "unreadable", False)]
    assert "as 1 and 2" in unread[0].says


def test_a_number_with_a_part_of_its_unit_is_sent_back_and_the_largest_number_is_one():
    assert (read(NUMBER, {"unit": "kg"}), read(NUMBER, {"value": 3}), read(NUMBER, {"value": 3, "unit": 4})) == (BACK, BACK, BACK)
    assert (read(NUMBER, {"value": 3, "unit": "kg"}), read(WHOLE, 1e300), read(NUMBER, -1e300)) == (
        3,
        int(1e300),
        -1e300,
    )
    with pytest.raises(Unreadable, match="write the number alone"):
        as_measured(WHOLE, {"value": 3, "unit": "kg"})
    with pytest.raises(Unreadable, match="write it in kg"):
        as_measured(NUMBER, {"value": 3, "unit": "lb"})


def test_a_row_of_values_is_quoted_as_a_list_however_it_is_held():
    assert quoted((1, 2)) == quoted([1]) == "a list" and quoted({"a": 1}) == "an object"
