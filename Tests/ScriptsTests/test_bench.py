"""scripts/bench: what it measures is not tested, but that it does, and says so."""

import json


def test_measures_a_scenario_and_prints_it_beside_the_goals(start, folder, nothing_runs):
    figures = folder / "figures.json"
    script = start(
        ["--only", "d", "--runs", "1", "--seconds", "1", "--json", str(figures)], script="scripts/bench"
    )
    assert script.code(240) == 0, script.text()
    assert "Goals" in script.lines(), script.text()
    measured = json.loads(figures.read_text())["results"]["d"]
    assert {store: of["lost"] for store, of in measured.items()} == {"mongodb": 0, "none": 0}
    assert all(of["messages_per_s"] > 0 for of in measured.values())
    nothing_runs(10)


def test_refuses_a_scenario_that_there_is_not(start, nothing_runs):
    script = start(["--only", "z"], script="scripts/bench")
    assert script.code(60) != 0
    assert "no scenario is called z" in script.text()
    nothing_runs(10)
