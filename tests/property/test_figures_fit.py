"""Every figure fits: no text runs into another or leaves its figure, with one participant, with two hundred, and with two thousand."""

import itertools
from datetime import timedelta

import pytest
from matplotlib.text import Text
from tests.spec.readout_journals import journals

from trialrun.analysis.datasets import datasets, last_day_of
from trialrun.analysis.datasets.road import road_values
from trialrun.analysis.results.readout import read_out
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.protocol.frozen.load import load
from trialrun.protocol.frozen.shipped import shipped
from trialrun.protocol.words.times import ordinal
from trialrun.report.drawings import study_figures
from trialrun.report.figures.road import road_drawing, road_figure
from trialrun.report.tables import whole_tables
from trialrun.simulation.virtual import simulate
from trialrun.studies.mt103_211.study import MT103_211

START = ordinal("2012-01-09")
PRINT, SLACK = 200, 2.0  # dots an inch; dots that edges of letters may share


def clashes(figure):
    """Pairs of texts that overlap, and texts that leave the figure, as they are printed."""
    figure.set_dpi(PRINT)
    figure.canvas.draw()
    width, height = figure.canvas.get_width_height()
    hidden = set()
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            drawn = {id(t) for t in axis._update_ticks()} if ax.axison else set()
            hidden |= {id(label) for t in (*axis.majorTicks, *axis.minorTicks) if id(t) not in drawn for label in (t.label1, t.label2)}
    boxes = [
        (t.get_text(), t.get_window_extent())
        for t in figure.findobj(Text)
        if id(t) not in hidden and t.get_visible() and t.get_text().strip()
    ]
    boxes = [(text, b) for text, b in boxes if b.width > 0]
    found = [text for text, b in boxes if b.x0 < -SLACK or b.y0 < -SLACK or b.x1 > width + SLACK or b.y1 > height + SLACK]
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        if min(a.x1, b.x1) - max(a.x0, b.x0) > SLACK and min(a.y1, b.y1) - max(a.y0, b.y0) > SLACK:
            found.append((one, other))
    return len(boxes), found


@pytest.fixture(scope="module")
def ready():
    return make_ready(MT103_211)


@pytest.mark.parametrize("n", [1, 2, 200, pytest.param(2000, marks=pytest.mark.slow)])
def test_every_figure_is_there_and_fits(ready, n):
    people = {j[0].participant: j for j in simulate(ready, n, seed=3, start=START)}
    data = datasets(ready, people, last_day_of(people))
    readout = read_out(data, ready)
    figures = list(study_figures(readout, data, ready.protocol))
    assert len({f.number for f in figures}) == len({f.slug for f in figures}) == len(figures)
    for f in figures:
        drawn = f.draw()
        assert drawn is not None or n < 100, f.title
        if drawn is None:
            continue
        texts, found = clashes(drawn)
        assert texts > 2 and found == [], f"{f.number} {f.title}"
        assert drawn.get_figwidth() == pytest.approx(7.1) and drawn.get_figheight() < 10.6  # an A4 page with its margins


def words_of(figure):
    return " | ".join(t.get_text() for t in figure.findobj(Text))


def test_a_curve_is_about_half_as_high_as_wide_and_says_its_median_as_its_table_does(ready):
    data = datasets(ready, journals(), 735_800)
    readout = read_out(data, ready)
    table = next(t for t in whole_tables(readout, data, MT103_211) if t.number == "14.2.3")
    medians = {line.label: line.cells[3] for line in table.lines if not line.head}
    shown = 0
    for f in study_figures(readout, data, MT103_211):
        if f.title in medians and (figure := f.draw()) is not None:
            width, height = figure.axes[0].get_window_extent().width, figure.axes[0].get_window_extent().height
            assert 1.8 < width / height < 2.5, f.title
            assert f"{f.title}: median {medians[f.title]}" in words_of(figure)
            shown += 1
    assert shown == len(medians) > 5


def test_of_many_the_share_in_each_phase_is_drawn_and_everyone_counts_at_every_time(ready):
    """More than can be read one by one: layers that add up to all at every time, those who died among them, and the number followed."""
    people = {j[0].participant: j for j in simulate(ready, 70, seed=3, start=START)}
    data = datasets(ready, people, last_day_of(people))
    readout = read_out(data, ready)
    figure = next(f for f in study_figures(readout, data, MT103_211) if f.number == "14.1.3").draw()
    layers = figure.axes[0].collections
    tops = [max(y for path in layer.get_paths() for _, y in path.vertices) for layer in layers]
    assert tops[-1] == pytest.approx(100) and all(top <= 100 + 1e-9 for top in tops)
    at_all = {round(x, 6) for x, y in layers[-1].get_paths()[0].vertices if y == pytest.approx(100)}
    assert len(at_all) == len({round(x, 6) for x, _ in layers[0].get_paths()[0].vertices}), "the layers add up to all at every time"
    assert "death" in words_of(figure) and "Followed" in words_of(figure)
    assert f"Of {int(data.subject['treated_on'].is_not_null().sum())} participants" in words_of(figure)


def test_figures_of_the_second_study_fit():
    ready = make_ready(*load(shipped()["maintenance-two-arm"]))
    people = {j[0].participant: j for j in simulate(ready, 40, seed=2, start=START)}
    data = datasets(ready, people, last_day_of(people))
    found = [
        (f.title, clashes(drawn)[1]) for f in study_figures(read_out(data, ready), data, ready.protocol) if (drawn := f.draw()) is not None
    ]
    assert len(found) >= 5 and [x for x in found if x[1]] == []


def test_the_check_sees_what_overlaps():
    from trialrun.report.figures.style import sheet

    figure = sheet(2.0)
    figure.text(0.5, 0.5, "one word")
    figure.text(0.52, 0.5, "another")
    figure.text(0.98, 0.2, "leaves")
    assert clashes(figure) == (3, ["leaves", ("one word", "another")])


@pytest.mark.parametrize("who", sorted(journals()))
@pytest.mark.parametrize("after", [20, 75, 1100])
def test_every_road_fits(ready, who, after):
    entries = journals()[who]
    from datetime import date

    first = next(date.fromisoformat(e.happened_on) for e in entries if e.event == "infusion start")
    road = road_values(where(ready, entries, first + timedelta(days=after)))
    texts, found = clashes(road_drawing(road))
    assert texts > 3 and found == []
    assert road_figure(road).startswith("<svg") and all(a <= b for a, b, _ in road["phases"])


def test_roads_of_many_fit(ready):
    for journal in simulate(ready, 12, seed=9, start=START):
        _, found = clashes(road_drawing(road_values(where(ready, journal, last_day_of({journal[0].participant: journal})))))
        assert found == [], journal[0].participant
