"""The symptoms that a network in a page can show, for static/training.js: their words, and equations as JavaScript.

Their shape is declared in web/src/network/training.d.ts. One of which a page measures all takes part without a build.
"""

import json

from ravine.backends import javascript_arrays
from ravine.symptoms import Symptom, symptoms

# What web/src/symptoms/measure.ts measures, by the names of ravine.symptoms.MEASUREMENTS.
MEASURED = frozenset(
    "dead dead_at_first saturated units same_weights same_gradients"
    " steps looks loss loss_at_first loss_in_the_middle loss_best loss_slope unlearned guessing above_guessing"
    " update_ratio update_ratio_at_first update_ratio_peak"
    " gradient_at_first gradient_of_first gradient_of_last gradient_over_weights"
    " rate rate_low rate_turns warming held_out held_out_best held_out_looks held_out_rising held_out_slope"
    " classes output_size output_size_at_first input_size answer_size"
    " gradient_left gradient_ratio_at_first spikes batch dropout weights_left"
    " nan_in_outputs nan_in_loss nan_in_gradient nan_in_step growth".split()
)


def shown_symptoms() -> list[Symptom]:
    """Those whose measurements a page has, in the order of the book."""
    return [known for known in symptoms.values() if MEASURED.issuperset(known.measurements)]


def symptom_entry(symptom: Symptom) -> str:
    """One property, in a scope of its own: facts, and `strength`, a function of its measurements in order."""
    facts = {
        "name": symptom.name,
        "title": symptom.title,
        "evidence": symptom.evidence,
        "advice": symptom.advice,
        "persists": symptom.persists,
        "weight": symptom.weight,
        "explains": symptom.explains,
        "contradicts": symptom.contradicts,
        "measurements": symptom.measurements,
        "ofALayer": symptom.of_a_layer,
        "thresholds": symptom.thresholds,
    }
    function = javascript_arrays.write_size(symptom.equation, "strength")
    members = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    return f"{json.dumps(symptom.name)}: (() => {{\n{function}return {{ ...{members}, strength }};\n}})(),\n"
