"""What must hold of the executors, said one by one, where no journal of the shipped studies tells it."""

import pytest

from trialrun.journey.values import Unreadable, as_measured
from trialrun.protocol.language import Measure


@pytest.mark.parametrize("value", [1e301, -1e301, 10**301, "1e400", float("inf"), float("nan")])
def test_no_number_is_larger_than_what_is_measured(value):
    with pytest.raises(Unreadable):
        as_measured(Measure("weight"), value)


@pytest.mark.parametrize("value", [1e300, -1e300, 0.5, 3])
def test_a_number_is_what_it_is(value):
    assert as_measured(Measure("weight"), value) == value
