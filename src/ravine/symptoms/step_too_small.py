"""Steps so short that nothing is learned."""

from ravine.equations import minimum, where
from ravine.symptoms.symptom import symptom


@symptom(
    title="The step is too small: the learning rate is too low",
    source="update over weights near 1e-3: Karpathy 2022; alarm below 1e-5: our own (SageMaker Debugger's is 1e-8)",
    evidence="No layer moves by more than {update_ratio:.2g} of its weights a step (about 0.001 is usual); after "
    "{steps:,.0f} steps the loss is {loss:.4g}, and it began at {loss_at_first:.4g}.",
    advice="ten times the learning rate, and again, until the loss moves.",
    silent="once the loss has fallen (transfer learning, the end of a schedule), while the rate warms up, and where "
    "the gradient has gone",
    persists=3,
    weight="fault",
    explains=("stuck", "still_improving", "held_out_at_chance", "vanishing_gradients"),
)
def step_too_small(
    update_ratio,
    gradient_left,
    loss,
    unlearned,
    steps,
    above_guessing,
    warming,
    *,
    shortest=4e-5,
    left=0.1,
    share=0.95,
    half=0.5,
    enough=50,
):
    signs = minimum(minimum(shortest / update_ratio, loss / (share * unlearned)), steps / enough)
    signs = minimum(signs, minimum(above_guessing / half, gradient_left / left))
    return where(warming > 0, 0, signs)
