// The race as Python: the call of ravine.descend with the same numbers, and PyTorch's line for training with them.
import type { Lane, Session } from "../engine/session";

export function asPython(session: Session): string {
  const { state, lanes } = session;
  const [x, y] = session.start;
  const more = [
    `start=(${literal(x)}, ${literal(y)})`,
    `steps=${state.steps}`,
    ...(state.noise > 0 ? [`noise=${literal(state.noise)}`, `seed=${state.seed}`] : []),
    ...(state.schedule === "constant" ? [] : [`schedule="${state.schedule}"`]),
  ];
  const { imports, land } = landscapeOf(session);
  const runs = lanes.map((lane) => {
    const settings = Object.entries(lane.settings).map(([name, value]) => `${name}=${literal(value)}`);
    return `    "${lane.rule.name}": ravine.descend("${lane.rule.name}", land, ${[...more, ...settings].join(", ")}),`;
  });
  return [
    "import ravine",
    ...imports,
    "",
    `land = ${land}`,
    "paths = {",
    ...runs,
    "}",
    "for name, path in paths.items():",
    "    print(name, path.points[-1], path.values[-1])",
    "",
    "# The same rules in training, with PyTorch:",
    ...lanes.map((lane) => `# ${lane.rule.name}: ${inTraining(lane)}${lane.rule.looksAhead ? MODES : ""}`),
    ...scheduleOf(session),
    "",
  ].join("\n");
}

function landscapeOf({ landscape, state }: Session): { imports: string[]; land: string } {
  if (landscape.name !== "formula") {
    const own = RAVINE.landscapes[landscape.name]!.parameters;
    const changed = Object.entries(landscape.parameters).filter(([name, value]) => own[name] !== value);
    const shape = changed.map(([name, value]) => `${name}=${literal(value)}`).join(", ");
    return { imports: [], land: `ravine.landscapes["${landscape.name}"]${shape && `.with_parameters(${shape})`}` };
  }
  const { x, y } = state.domain ?? landscape.domain;
  const domain = `{"x": (${x.map(literal).join(", ")}), "y": (${y.map(literal).join(", ")})}`;
  return {
    imports: ["from ravine.landscapes import from_formula"],
    land: `from_formula(${JSON.stringify(landscape.python)}, ${domain})`,
  };
}

const MODES = "; optimizer.train() before training, and optimizer.eval() before evaluation";

/** PyTorch's own optimizer where it has one of this arithmetic, else the one that Ravine makes from the rule. */
export function inTraining({ rule, settings }: Pick<Lane, "rule" | "settings">): string {
  const { torch } = rule;
  const known = (name: string) => torch && name in torch.settings;
  const lacking = Object.keys(settings).filter((name) => !known(name) && settings[name] !== 0);
  if (torch && lacking.length === 0) {
    const named = Object.keys(settings).filter((name) => known(name) && name !== "beta1" && name !== "beta2");
    const listed = [
      ...named.map((name) => `${torch.settings[name]}=${literal(settings[name]!)}`),
      ...(known("beta1") ? [`betas=(${literal(settings.beta1!)}, ${literal(settings.beta2!)})`] : []),
      ...Object.entries(torch.options).map(([name, value]) => `${name}=${value ? "True" : "False"}`),
    ];
    return `${torch.call}(model.parameters(), ${listed.join(", ")})`;
  }
  const listed = Object.entries(settings).map(([name, value]) => `${name}=${literal(value)}`);
  return `ravine.optim.from_rule("${rule.name}")(model.parameters(), ${listed.join(", ")})`;
}

function scheduleOf({ state }: Session): string[] {
  if (state.schedule === "constant") return [];
  const factor = `ravine.schedules.schedules["${state.schedule}"](k + 1, ${state.steps})`;
  return [`# schedule: torch.optim.lr_scheduler.LambdaLR(optimizer, lambda k: ${factor})`];
}

/** A number as Python reads it: JavaScript's shortest digits are the same double. */
function literal(value: number): string {
  return String(value);
}
