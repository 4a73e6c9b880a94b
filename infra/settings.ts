/** Takes the stack's configuration and gives the program's settings; the only reader of it. */
import * as pulumi from "@pulumi/pulumi";
import { type PlainSettings, parseSettings } from "./settings-schema.ts";

/** What the program is built from. */
export interface Settings extends PlainSettings {
  readonly ssmParameterName: string;
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
  const { supabaseServiceKey, ...raw } = readNamespace(`${config.name}:`);
  const parsed = parseSettings({ environment: pulumi.getStack(), ...raw });
  const mistakes = "mistakes" in parsed ? [...parsed.mistakes] : [];
  if (supabaseServiceKey === undefined) {
    mistakes.push("supabaseServiceKey: not set; it needs --secret");
  }
  if ("mistakes" in parsed || mistakes.length > 0) throw new InvalidSettingsError(mistakes);
  const { settings } = parsed;
  return {
    ...settings,
    ssmParameterName:
      settings.ssmParameterName ?? `/${settings.projectName}/${settings.environment}/supabase`,
    supabaseServiceKey: config.requireSecret("supabaseServiceKey"),
  };
}

/** The namespace's set values by key. Pulumi.yaml has to give optional keys a default: "" is unset. */
function readNamespace(namespace: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key, value]) => key.startsWith(namespace) && value !== "")
      .map(([key, value]) => [key.slice(namespace.length), value]),
  );
}
