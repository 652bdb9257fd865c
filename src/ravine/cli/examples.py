"""What each command's `--help` ends with: commands to copy, and what they do. The tests run them."""

EXAMPLES = {
    "rules": {
        "ravine rules adam": "Adam's equation, settings, source and other forms",
        "ravine rules lion+decoupled --json": "a form of Lion in every language, for programs",
    },
    "landscapes": {"ravine landscapes": "their names, and what each teaches"},
    "activations": {"ravine activations gelu": "its equation and its slope"},
    "initializers": {"ravine initializers he_uniform": "its bound in the layer's width"},
    "race": {
        "ravine race rosenbrock sgd momentum adam -o race.png": "a picture; race.mp4 is a film",
        "ravine race 'x^2 - y^2 + 0.2y^4' sgd adam --set adam.lr=0.1 -o mine.svg": "a landscape and a rate of your own",
    },
    "check": {
        "ravine check my_problem.py": "what is likely to go wrong, before it does",
        "ravine check digits --quick": "the examples alone, and one batch going forward",
    },
    "compare": {
        "ravine compare digits": "seven optimizers, eleven rates; which to use",
        "ravine compare my_problem.py --optimizers sgd,adam --store runs -o report.html": "your own model; "
        "stopped, the same command goes on",
        "ravine compare digits --budget 10min --halving": "in ten minutes, settings race",
    },
    "results": {
        "ravine results runs": "what the store that compare --store filled says",
        "ravine results runs --sql 'SELECT rule, max(test_metric) FROM runs GROUP BY rule'": "a question of your own",
    },
    "dialect": {
        "ravine dialect adam --from keras --to torch --set epsilon=1e-7": "Keras's Adam in PyTorch",
    },
    "studio": {
        "ravine studio --open": "the course, in your browser",
        "ravine studio --rule qhm.py --lesson my-rule.md": "with a rule and a lesson of your own",
    },
    "export": {
        "ravine export site": "the course as files for any web server, or to be opened from the disk",
        "ravine export --scorm ravine.zip": "as a package for Moodle, ILIAS and other learning platforms",
    },
    "videos": {
        "ravine videos films --only down-the-ravine": "one of them, with captions, spoken where there is a voice",
        "ravine videos films --silent": "all of them, without narration",
    },
}


def examples(command: str) -> str:
    """Those of a command, as Markdown."""
    return "Examples\n\n" + "\n".join(f"- `{line}`: {what}" for line, what in EXAMPLES[command].items())
