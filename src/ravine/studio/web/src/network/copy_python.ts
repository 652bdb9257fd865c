// The network as a PyTorch script that ends at the same numbers: the same data, first weights, batches and masks.
import { inTraining } from "../landscape/copy_python";
import { type Recipe, ruleName, settingsOf, sizesOf } from "./recipe";

/** The script for so many steps. */
export function asPython(recipe: Recipe, steps: number): string {
  const { looksAhead } = RAVINE.rules[recipe.rule]!;
  const { classes, drops } = { classes: recipe.data !== "curve", drops: recipe.dropout.inputs > 0 || recipe.dropout.hidden > 0 };
  return [
    '"""The network of the page, in PyTorch: the same data, first weights, batches and masks, so the same numbers."""',
    "",
    "import torch",
    "from torch import nn",
    "",
    ...(optimizerOf(recipe).startsWith("ravine.") || recipe.schedule !== "constant" ? ["import ravine"] : []),
    `from ravine.networks import Recipe, batches, first_weights${drops ? ", masks" : ""}`,
    "",
    "torch.set_default_dtype(torch.float64)",
    `recipe = Recipe(\n${recipeOf(recipe).map((line) => `    ${line},`).join("\n")}\n)`,
    "inputs, targets = map(torch.as_tensor, recipe.task.train)",
    "held_out, wanted = map(torch.as_tensor, recipe.task.held_out)",
    ...(classes ? ["targets, wanted = targets.long(), wanted.long()"] : []),
    "",
    ...(drops ? MASKED : []),
    "model = nn.Sequential(",
    ...modelOf(recipe).map((line) => `    ${line},`),
    ")",
    "nn.utils.vector_to_parameters(torch.as_tensor(first_weights(recipe)), model.parameters())",
    `optimizer = ${optimizerOf(recipe)}`,
    ...(looksAhead ? ["optimizer.train()  # the parameters stand where the rule takes its gradient"] : []),
    `loss_of = nn.${classes ? "CrossEntropyLoss" : "MSELoss"}()`,
    "",
    `for step, batch in zip(range(1, ${steps + 1}), batches(recipe)):`,
    ...(recipe.schedule === "constant"
      ? []
      : [
          "    for group in optimizer.param_groups:",
          `        group["lr"] = ${settingsOf(recipe).lr} * ravine.schedules.schedules["${recipe.schedule}"](step, recipe.steps)`,
        ]),
    ...(drops ? ["    drawn[:] = masks(recipe, step, len(batch))"] : []),
    "    optimizer.zero_grad()",
    `    loss_of(model(inputs[batch])${classes ? "" : "[:, 0]"}, targets[batch]).backward()`,
    "    optimizer.step()",
    "",
    ...(looksAhead ? ["optimizer.eval()  # the parameters stand where the rule is evaluated"] : []),
    "model.eval()",
    "with torch.no_grad():",
    `    print("loss", loss_of(model(inputs)${classes ? "" : "[:, 0]"}, targets).item())`,
    `    print("loss, held out", loss_of(model(held_out)${classes ? "" : "[:, 0]"}, wanted).item())`,
    ...(classes ? ['    print("accuracy, held out", (model(held_out).argmax(1) == wanted).double().mean().item())'] : []),
    "",
  ].join("\n");
}

const MASKED = [
  "drawn = []  # the masks of a step, of the inputs and of each hidden layer",
  "",
  "",
  "class Drop(nn.Module):",
  '    """nn.Dropout, with the masks that the page draws."""',
  "",
  "    def __init__(self, layer):",
  "        super().__init__()",
  "        self.layer = layer",
  "",
  "    def forward(self, x):",
  "        return x * torch.as_tensor(drawn[self.layer]) if self.training else x",
  "",
  "",
];

function modelOf(recipe: Recipe): string[] {
  const sizes = sizesOf(recipe);
  const lines = recipe.dropout.inputs > 0 ? [`Drop(0),  # p = ${recipe.dropout.inputs}`.replace(",  #", "  #")] : [];
  const { torch } = RAVINE_TRAINING.activations[recipe.activation]!;
  sizes.slice(1).forEach((outputs, l) => {
    lines.push(`nn.Linear(${sizes[l]}, ${outputs})`);
    if (l === sizes.length - 2) return;
    lines.push(torch.replace("torch.nn.", "nn."));
    if (recipe.dropout.hidden > 0) lines.push(`Drop(${l + 1})`);
  });
  return lines.map((line) => line.replace(/\s+#.*/, ""));
}

function optimizerOf(recipe: Recipe): string {
  const name = ruleName(recipe);
  const rule = RAVINE.rules[name] ?? { ...RAVINE.rules[recipe.rule]!, name, torch: null };
  return inTraining({ rule, settings: settingsOf(recipe) });
}

function recipeOf(recipe: Recipe): string[] {
  const settings = Object.entries(settingsOf({ ...recipe, decay: "none" })).map(([name, value]) => `"${name}": ${value}`);
  const widths = recipe.widths.length === 1 ? `${recipe.widths[0]},` : recipe.widths.join(", ");
  return [
    `data="${recipe.data}", examples=${recipe.examples}, random=${recipe.random}, scale="${recipe.scale}"`,
    `widths=(${widths}), activation="${recipe.activation}"`,
    `init="${recipe.init}", gain=${recipe.gain}, bias=${recipe.bias ?? "None"}`,
    `dropout_inputs=${recipe.dropout.inputs}, dropout=${recipe.dropout.hidden}`,
    `rule="${recipe.rule}", settings={${settings.join(", ")}}`,
    `decay="${recipe.decay}", lam=${recipe.lambda}`,
    `batch=${recipe.batch === "all" ? 0 : recipe.batch}, schedule="${recipe.schedule}", steps=${recipe.steps}, seed=${recipe.seed}`,
  ];
}
