/** Takes the stack's configuration and gives the program's settings; the only reader of it. */
import * as pulumi from "@pulumi/pulumi";
import { type PlainSettings, parseSettings } from "./settings-schema.ts";

/** What the program is built from. */
export interface Settings extends PlainSettings {
  /** Pulumi.yaml declares it secret, so the engine has refused a value stored in the clear. */
  readonly supabaseServiceKey: pulumi.Output<string>;
}

/** The stack's configuration has mistakes. A RunError, since the CLI prints these without a stack. */
export class InvalidSettingsError extends pulumi.RunError {
  override readonly name = "InvalidSettingsError";
  /** One for each mistake, beginning with the path of the setting. */
  readonly mistakes: readonly string[];
  constructor(mistakes: readonly string[]) {
    super(
      `The settings of stack ${pulumi.getStack()} cannot be used. ` +
        `Change them with \`pulumi config set --path\`:\n${mistakes.map((line) => `  ${line}`).join("\n")}`,
    );
    this.mistakes = mistakes;
  }
}

/** Throws InvalidSettingsError with every mistake at once. */
export function readSettings(): Settings {
  const config = new pulumi.Config();
  const parsed = parseSettings(pulumi.runtime.allConfig(), {
    project: config.name,
    stack: pulumi.getStack(),
  });
  if ("mistakes" in parsed) throw new InvalidSettingsError(parsed.mistakes);
  return { ...parsed.settings, supabaseServiceKey: config.requireSecret("supabaseServiceKey") };
}
