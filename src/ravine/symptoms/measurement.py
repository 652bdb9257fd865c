"""The numbers that symptoms are equations over: what each means. One that cannot be measured is NaN."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """A name, and what it stands for. layer: whether each layer has its own; else it is of the whole training."""

    name: str
    meaning: str
    layer: bool = False


# A *look* is a step at which the monitor measures; the *window* is its last few looks.
_OF_A_LAYER = {
    "dead": "share of units that were off for every one of the last examples, and whose weights had no gradient at all",
    "dead_at_first": "the same share over the first examples",
    "saturated": "share of outputs within 3 % of an end of the activation's range, median over the window",
    "units": "units of the layer",
    "same_weights": "share of units whose weights equal those of the layer's first unit",
    "same_gradients": "share of units whose gradient equals that of the layer's first unit, none of them 0",
    "lag_of_mean": "how far batch norm's running mean is from the batches', in their deviations, median over channels",
    "lag_of_variance": "how many times batch norm's running variance is above or below the batches', in median",
    "norm_steps": "steps for which batch norm has kept statistics",
}
_OF_A_RUN = {
    "steps": "steps taken",
    "looks": "looks so far",
    "loss": "mean training loss lately: over the last tenth of the steps, ten of them at least",
    "loss_at_first": "training loss of the first step",
    "loss_in_the_middle": "mean training loss half-way: over as many steps as `loss`",
    "loss_best": "lowest mean training loss over any tenth of the steps",
    "unlearned": "loss of a network that has learned nothing: the first loss, or that of guessing where that is lower",
    "guessing": "cross-entropy of guessing each class by its share: ln C where the classes are alike",
    "above_guessing": "loss over that of guessing; 1 where guessing is not known",
    "update_ratio": "length of a step over that of the weights, where it is largest of all layers; median",
    "update_ratio_at_first": "the same ratio at the very first look, where it is largest of all layers",
    "update_ratio_peak": "the largest such ratio in any two looks in a row, the very first left out; 0 of fewer looks",
    "gradient_at_first": "norm of the whole gradient at the first look",
    "gradient_left": "norm of the whole gradient, median of the window, over that at the first look",
    "gradient_ratio_at_first": "gradient_of_first over gradient_of_last, median of the first looks",
    "gradient_of_first": "norm of the gradient of the weights nearest to the input, median of the window",
    "gradient_of_last": "the same nearest to the output",
    "gradient_over_weights": "norm of the gradient over the weights' at the first look, where it is largest",
    "alignment": "cosine between the gradients of two steps in a row, median of the window",
    "unzeroed": "share of looks at which a backward pass began with the gradients of the step before",
    "clipped": "share of looks with one and the same gradient norm, to four digits, and larger ones never",
    "rate": "learning rate, over its largest so far",
    "rate_low": "share of the steps so far with a learning rate below a hundredth of its largest",
    "rate_turns": "times that the learning rate turned from falling to rising, for each hundred steps",
    "warming": "1 while the learning rate is at its highest yet and above its first, else 0",
    "held_out": "latest held-out loss",
    "held_out_best": "lowest held-out loss",
    "held_out_looks": "held-out losses that were logged",
    "held_out_rising": "looks at the held-out loss since its lowest",
    "held_out_slope": "fall of the held-out loss over its last third, over its whole fall",
    "spikes": "times in the last half of the steps that the loss leapt above that of guessing, and twice its mean",
    "loss_slope": "fall of the training loss over the last third of the steps, over its whole fall",
    "classes": "classes that the network tells apart",
    "purity": "share of the commonest class in a batch, mean over the window",
    "commonest": "share of the commonest class in all batches",
    "batch": "examples in a batch",
    "probabilities": "share of looks at which the outputs were probabilities: from 0 to 1, with a sum of 1",
    "across_examples": "share of looks at which outputs were from 0 to 1, with a sum of 1 over examples or places",
    "squeezed": "share of looks at which outputs or loss took the log-softmax of what were probabilities already",
    "cross_entropy": "share of looks at which the gradient was that of a cross-entropy of the outputs themselves",
    "picked": "share of looks at which the gradient reached one output of each example alone, as nll_loss's does",
    "one_target": "share of looks at which the gradient was that of squared errors from one number for all examples",
    "crossed": "1 where the loss was seen to take outputs (n, 1) and targets (n,), else 0",
    "turned": "share of looks at which the gradient was minus that of a cross-entropy, or of squared errors",
    "decay": "share of the weights that decay takes at each step: lr times decay, largest of the groups",
    "horizon": "steps after which decay alone leaves 1/e of a weight",
    "spread_of_target": "how much that number differed between looks, over the spread of the outputs",
    "loss_of_squares": "share of looks at which loss and gradient were those of mean squared errors",
    "target_size": "root mean square of the targets, where the loss is of squares",
    "output_size": "root mean square of the outputs, over the window",
    "output_size_at_first": "root mean square of the outputs at the first look",
    "input_size": "root mean square of the inputs, if they are no whole numbers and no norm comes first",
    "input_variance": "variance of the inputs over a batch of eight or more, as a share of their mean square",
    "input_spread": "largest difference between two inputs of a batch, median of the window",
    "answer_size": "root mean square of what the first layer makes of them, before any step",
    "dropout": "the largest probability of a dropout that is on",
    "weights_left": "norm of a layer's weights over that at the first look, where it is largest",
    "links": "weighted layers that follow on another",
    "straight": "share of these that take what the one before gave as it is, in a network of nothing else",
    "ungraded": "numbers in the first layers, which went forward and never had a gradient",
    "outside": "numbers in parameters that the loss depends on, that no optimizer holds, and that have not moved",
    "unlisted": "numbers in parameters of layers that the model's attributes hold without its knowing them",
    "in_evaluation": "share of the window's steps taken in evaluation mode, by a network with dropout or batch norm",
    "validated_in_training": "looks at held-out data, in a row, with dropout or batch norm in training mode",
    "missing_class": "classes in training batches that no held-out batch held, once held-out data was seen in full",
    "nan_in_inputs": "1 where a number that is not finite was first met in the inputs of a batch",
    "nan_in_outputs": "1 where one was first met in the outputs, made from finite inputs with finite weights",
    "nan_in_loss": "1 where one was first met in the loss, of finite outputs",
    "nan_in_gradient": "1 where one was first met in the gradient, of a finite loss",
    "nan_in_step": "1 where one was first met in a parameter after a step with a finite gradient",
    "growth": "largest output, in absolute value, while all were finite, over that of the first step",
}
MEASUREMENTS = {name: Measurement(name, meaning, True) for name, meaning in _OF_A_LAYER.items()} | {
    name: Measurement(name, meaning) for name, meaning in _OF_A_RUN.items()
}
