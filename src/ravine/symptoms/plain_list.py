"""Layers in a list, which the model does not know."""

from ravine.symptoms.symptom import symptom


@symptom(
    title="Layers stand in a plain list: their parameters are outside the model and the optimizer",
    source="torch.nn.Module registers modules that are attributes, not those in lists or dicts",
    evidence="An attribute of the model holds {unlisted:,.0f} numbers in layers that model.parameters() does not list, "
    "so no optimizer moves them.",
    advice="nn.ModuleList(layers) or nn.ModuleDict, and make the optimizer after that.",
    silent="where the optimizer was given them by hand",
    persists=1,
    weight="fault",
    explains=("outside_optimizer", "stuck", "still_improving"),
)
def plain_list(unlisted):
    return unlisted
